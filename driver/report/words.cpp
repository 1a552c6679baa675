#include "driver/report/words.h"

#include "driver/report/escape.h"

namespace normalize {

constexpr std::size_t kLongestValue = 160;

std::string full_path(const FileReport& file, std::string_view member) {
  return member.empty() ? file.path : file.path + "!" + std::string(member);
}

std::string shown_value(std::string_view value) {
  if (value.empty()) return "(none)";
  if (value.size() <= kLongestValue) return escape(value);
  std::size_t end = kLongestValue;
  while (end > kLongestValue - 4 && (static_cast<unsigned char>(value[end]) & 0xc0) == 0x80) --end;
  return escape(value.substr(0, end)) + "…";
}

std::string shown_change(const Finding& finding) {
  return shown_value(finding.before) + " → " + shown_value(finding.after);
}

std::string cause_name(std::string_view format, const Field& field) {
  return (format.empty() ? "" : std::string(format) + " ") + std::string(field.name);
}

std::string advice(const Field& field) {
  if (field.origin == Field::Origin::follows) return "; follows what it covers";
  return field.hint.empty() ? "" : "; stop it: " + escape(field.hint);
}

std::string counted(std::uint64_t count, std::string_view one, std::string_view many) {
  return std::to_string(count) + " " + std::string(count == 1 ? one : many);
}

}  // namespace normalize
