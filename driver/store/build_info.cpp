#include "driver/store/build_info.h"

#include <charconv>

namespace normalize::store {
namespace {

constexpr std::string_view kFirstLine = "normalize store build 1\n", kCheck = "check ";

/// "KEY VALUE\n" from the front of `text`; the value.
std::string_view take_value(std::string_view& text, std::string_view key) {
  if (!text.starts_with(key) || text.size() == key.size() || text[key.size()] != ' ') return {};
  text.remove_prefix(key.size() + 1);
  const std::string_view value = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(value.size() + 1, text.size()));
  return value;
}

template <typename T>
bool take_number(std::string_view& text, std::string_view key, T& number) {
  const std::string_view value = take_value(text, key);
  const char* const end = value.data() + value.size();
  return !value.empty() && std::from_chars(value.data(), end, number).ptr == end;
}

bool take_all(std::string_view text, BuildInfo& info) {
  if (!take_number(text, "sequence", info.sequence) || !take_number(text, "added", info.added))
    return false;
  const auto list = Digest::parse(take_value(text, "list"));
  if (!list) return false;
  info.list = *list;
  return take_number(text, "files", info.files) && take_number(text, "bytes", info.bytes) &&
         take_number(text, "stored", info.stored) && text.empty();
}

}  // namespace

std::string info_text(const BuildInfo& info) {
  std::string text(kFirstLine);
  text += "sequence " + std::to_string(info.sequence) + "\nadded " + std::to_string(info.added) +
          "\nlist " + info.list.hex() + "\nfiles " + std::to_string(info.files) + "\nbytes " +
          std::to_string(info.bytes) + "\nstored " + std::to_string(info.stored) + "\n";
  // The name is not in the text: a build whose file was renamed is another's.
  return text + std::string(kCheck) + Digest::of(as_bytes(text + info.name)).hex() + "\n";
}

BuildInfo parse_info(const std::string& name, std::string_view text) {
  BuildInfo info;
  info.name = name;
  const std::string_view body = text.substr(0, text.rfind(kCheck));
  if (!body.starts_with(kFirstLine) || !take_all(body.substr(kFirstLine.size()), info) ||
      info_text(info) != text)
    throw DamageError("build " + name + ": its file is not what was written");
  return info;
}

}  // namespace normalize::store
