#include "driver/python/program/plugin_folders.h"

#include <algorithm>
#include <fstream>

namespace normalize::python {
namespace {

bool holds(const std::filesystem::path& path, ByteView source) {
  std::ifstream file(path, std::ios::binary);
  Bytes bytes(source.size() + 1);
  file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  return !file.bad() && static_cast<std::size_t>(file.gcount()) == source.size() &&
         std::ranges::equal(ByteView(bytes).first(source.size()), source);
}

}  // namespace

bool PluginFolders::allow(const std::string& name, const std::string& path, ByteView source) const {
  if (!folders_) return true;
  const std::filesystem::path file = path;
  return file.filename() == name + ".py" &&
         std::ranges::find(*folders_, file.parent_path()) != folders_->end() && holds(file, source);
}

}  // namespace normalize::python
