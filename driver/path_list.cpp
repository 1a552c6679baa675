#include "driver/path_list.h"

#include <unistd.h>

#include <string_view>

#include "driver/standard_streams.h"

namespace normalize {

std::vector<std::string> read_path_list(const PathList& list) {
  std::vector<std::string> paths;
  if (list.file.empty()) return paths;
  const Bytes bytes =
      list.file == "-" ? read_standard_input().to_bytes() : read_whole_file(list.file);
  const char separator = list.nul_separated ? '\0' : '\n';
  for (std::string_view rest = as_text(bytes); !rest.empty();) {
    const std::size_t end = std::min(rest.find(separator), rest.size());
    if (end > 0) paths.emplace_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return paths;
}

}  // namespace normalize
