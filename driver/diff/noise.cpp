#include "driver/diff/noise.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "normalizers/inside/members.h"

namespace normalize::diff {
namespace {

/// The values of one field of one member: before and, where a side was normal already, after.
struct Values {
  const Field* field = nullptr;
  std::vector<std::string_view> a, b;  // before
  std::string_view normal;
};
using Key = std::tuple<std::string, std::string_view, std::string_view>;
using Fields = std::map<Key, Values>;

void collect(const Said& said, std::vector<std::string_view> Values::*side, Fields& fields) {
  for (const Finding& finding : said.journal.findings) {
    Values& values = fields[{said.member(finding.member), finding.format, finding.field->name}];
    values.field = finding.field;
    values.normal = finding.after;
    (values.*side).push_back(finding.before);
  }
}

std::string_view base_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

/// Others tell why it was packed again.
void drop_packing(std::vector<NoisyField>& noisy) {
  const auto is_packing = [](const NoisyField& field) {
    return field.field->name == "compressed data";
  };
  if (!std::ranges::all_of(noisy, is_packing)) std::erase_if(noisy, is_packing);
}

}  // namespace

std::string Said::member(std::string_view member) const {
  const std::string payload = inside::payload_name(path);
  if (payload == path || !member.starts_with(payload)) return std::string(member);
  const std::string_view rest = member.substr(payload.size());
  if (!rest.empty() && rest.front() != '!') return std::string(member);
  return inside::payload_name(base_name(name)).append(rest);
}

std::vector<NoisyField> noisy_fields(const Said& a, const Said& b) {
  Fields fields;
  collect(a, &Values::a, fields);
  collect(b, &Values::b, fields);
  std::vector<NoisyField> noisy;
  for (auto& [key, values] : fields) {
    const std::size_t count = std::max(values.a.size(), values.b.size());
    values.a.resize(count, values.normal);
    values.b.resize(count, values.normal);
    NoisyField found{std::string(std::get<0>(key)), std::get<1>(key), values.field, "", "", 0};
    for (std::size_t i = 0; i < count; ++i) {
      if (values.a[i] == values.b[i]) continue;
      if (found.count++ > 0) continue;
      found.a = values.a[i];
      found.b = values.b[i];
    }
    if (found.count > 0) noisy.push_back(std::move(found));
  }
  drop_packing(noisy);
  return noisy;
}

}  // namespace normalize::diff
