#include "driver/python/pool.h"

namespace normalize {

std::array<std::byte, 4> PythonPool::python_magic() { return helpers_.lease()->python_magic(); }

Bytes PythonPool::recompile(ByteView source, std::string_view filename, unsigned optimization) {
  return helpers_.lease()->recompile(source, filename, optimization);
}

std::optional<std::string> PythonPool::first_difference(ByteView before, ByteView after,
                                                        Filenames filenames) {
  return helpers_.lease()->first_difference(before, after, filenames);
}

}  // namespace normalize
