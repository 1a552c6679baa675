#include "tests/driver/compat/support.h"

#include "tests/support/bytes.h"

namespace normalize::test {
namespace {

CommandResult run_in(const TempTree& folder, const std::string& program,
                     const std::string& arguments, const std::string& variables) {
  return run_command("cd " + shell_word(folder.string()) +
                     " && env -u SOURCE_DATE_EPOCH -u RPM_BUILD_ROOT " + variables + " " +
                     shell_word(program) + " " + arguments);
}

}  // namespace

Called::Called(std::string name) : name_(std::move(name)) {
  std::filesystem::create_symlink(NORMALIZE_PROGRAM, bin_ / name_);
}

CommandResult Called::operator()(const TempTree& folder, const std::string& arguments,
                                 const std::string& variables) const {
  return run_in(folder, (bin_ / name_).string(), arguments, variables);
}

CommandResult run_normalize(const TempTree& folder, const std::string& arguments) {
  return run_in(folder, NORMALIZE_PROGRAM, arguments, "");
}

std::uint32_t gzip_time(const std::filesystem::path& path) {
  const Bytes bytes = read_file(path);
  std::uint32_t value = 0;
  for (std::size_t i = 8; i-- > 4;) value = value << 8 | static_cast<std::uint32_t>(bytes.at(i));
  return value;
}

bool was_normalized(const std::filesystem::path& path, std::string_view payload) {
  return read_file(path) != noisy_gzip(payload);
}

}  // namespace normalize::test
