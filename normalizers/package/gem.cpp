// .gem of RubyGems (lib/rubygems/package.rb): a tar of metadata.gz, data.tar.gz and
// checksums.yaml.gz, which has digests of the other two as they are packed. RubyGems writes a date
// of whole days: `date` of the specification is lowered to the day of the epoch, or to that of
// Gem::DEFAULT_SOURCE_DATE_EPOCH where there is none; `strict` writes 0 for the version of
// RubyGems that packed, and the specification's YAML in one style (yaml_style.h). A signed gem has
// a .sig beside each member, and the certificates in the specification: where the rules have
// signatures taken off, both go.

#include <algorithm>
#include <map>

#include "normalizers/bytes/digest.h"
#include "normalizers/metadata/written_time.h"
#include "normalizers/package/kinds.h"
#include "normalizers/package/lines.h"
#include "normalizers/package/yaml_style.h"

namespace normalize::package {
namespace {

constexpr Field kDigest = Field::following("digest");
constexpr Field kDate{"date", "SOURCE_DATE_EPOCH=... gem build"};
constexpr Field kVersion{"rubygems_version", ""};
constexpr Field kCertificates{"cert_chain", ""};
constexpr Field kStyle{"YAML style", "one version of Psych and libyaml"};

constexpr std::string_view kChecksums = "checksums.yaml.gz";
constexpr std::string_view kMetadata = "metadata.gz!metadata";
constexpr std::int64_t kDefaultEpoch = 315'619'200;  // 1980-01-02, Gem::DEFAULT_SOURCE_DATE_EPOCH
constexpr TimeRange kDays{kDefaultEpoch, WrittenTime::kRange.ceiling, 86'400};

/// What stands behind "key: ", without quotes and the end of the line; empty for other lines.
std::string_view value_of(std::string_view line, std::string_view key) {
  if (!line.starts_with(key)) return {};
  line.remove_prefix(key.size());
  if (!line.starts_with(": ")) return {};
  line.remove_prefix(2);
  while (!line.empty() && std::string_view("\r\n\"' ").find(line.back()) != line.npos)
    line.remove_suffix(1);
  line.remove_prefix(std::min(line.find_first_not_of("\"' "), line.size()));
  return line;
}

class Gem final : public Package {
 public:
  Gem(const tar::Archive& archive, Context& context) : context_(context) {
    for (const tar::Entry& entry : archive.entries) {
      if (!before_.emplace(entry.name, entry.data).second)
        throw FormatError(0, "holds " + quoted(entry.name) + " twice");
      signed_ |= is_signature(entry);
    }
  }

  std::string_view signed_by() const override { return signed_ ? "*.sig" : ""; }
  bool is_signature(const tar::Entry& entry) const override { return entry.name.ends_with(".sig"); }
  bool is_list(const tar::Entry& entry) const override { return entry.name == kChecksums; }

  std::optional<Content> settle(const tar::Entry& entry, const Registry& registry) override {
    if (is_list(entry)) return settle_checksums(entry, registry);
    std::optional<Content> after = registry(entry);
    if (after) after_.emplace(entry.name, *after);
    return after;
  }

  std::optional<Content> decide(std::string_view path, Source& member) override {
    if (path == "checksums.yaml.gz!checksums.yaml") return if_changed(checksums(member), member);
    if (path == kMetadata) return if_changed(metadata(member), member);
    return std::nullopt;
  }

 private:
  std::optional<Content> settle_checksums(const tar::Entry& entry, const Registry& registry) {
    checksums_were_read_ = false;
    std::optional<Content> after = registry(entry);
    if (!after_.empty() && !(after && checksums_were_read_))
      throw FormatError(0, "checksums.yaml.gz does not open, and its digests have to follow");
    return after;
  }

  static std::optional<Content> if_changed(Content after, Source& member) {
    if (after == member.all()) return std::nullopt;
    return after;
  }

  /// "SHA256:" begins the digests by one algorithm; "  data.tar.gz: 0123..." is one of them.
  Content checksums(Source& member) {
    checksums_were_read_ = true;
    std::string algorithm;
    const Content after =
        rewrite_lines(as_text(member.all()), [&](std::string_view line) -> std::string {
          const std::string_view name = line.substr(0, line.find(':'));
          if (!name.starts_with("  ")) {
            algorithm = name;
            return std::string(line);
          }
          const std::string_view value = value_of(line, name);
          const std::string digest = new_digest(algorithm, name.substr(2), value);
          if (digest != value)
            context_.changed(kDigest, std::string(value), digest,
                             "checksums.yaml.gz!checksums.yaml");
          return with_value(line, value, digest);
        });
    const Bytes text = after.to_bytes();
    for (const auto& [name, content] : after_) expect_no_digest(as_text(text), name);
    return after;
  }

  /// A digest that stands where we do not look for it would not be true any more.
  void expect_no_digest(std::string_view text, const std::string& name) const {
    for (const std::string_view algorithm : {"SHA1", "SHA256", "SHA384", "SHA512", "MD5"}) {
      const auto digest = message_digest(algorithm, Content::view(before_.at(name)));
      if (digest && text.find(hexadecimal(*digest)) != text.npos)
        throw FormatError(0, "checksums.yaml has a digest of \"" + name + "\" in a place unknown");
    }
  }

  std::string new_digest(const std::string& algorithm, std::string_view name,
                         std::string_view digest) const {
    const auto before = before_.find(name);
    const auto after = after_.find(name);
    if (before == before_.end() || after == after_.end()) return std::string(digest);
    const auto was = message_digest(algorithm, Content::view(before->second));
    const auto is = message_digest(algorithm, after->second);
    if (!was || !is)
      throw FormatError(0, "checksums.yaml has digests by " + algorithm + ", which is unknown");
    if (hexadecimal(*was) != digest)
      throw FormatError(0, "checksums.yaml does not match \"" + std::string(name) + '"');
    return hexadecimal(*is);
  }

  Content metadata(Source& member) {
    const bool strict = context_.rules().strict();
    bool in_certificates = false;
    const auto settled = [&](std::string_view line) -> std::string {
      // One is "- |" and an indented text.
      in_certificates = in_certificates && (line.starts_with(' ') || line.starts_with('-'));
      if (in_certificates) return "";
      if (signed_ && line == "cert_chain:\n") {  // signatures go: otherwise nobody asks us
        in_certificates = true;
        context_.changed(kCertificates, "present", "", kMetadata);
        return "cert_chain: []\n";
      }
      const std::string_view date = value_of(line, "date");
      if (!date.empty()) return with_value(line, date, settle_date(date));
      const std::string_view version = value_of(line, "rubygems_version");
      if (version.empty() || version == "0" || !strict) return std::string(line);
      context_.changed(kVersion, std::string(version), "0", kMetadata);
      return with_value(line, version, "0");
    };
    Content after = rewrite_lines(as_text(member.all()), settled);
    return strict ? in_one_style(after) : after;
  }

  Content in_one_style(const Content& yaml) {
    const Bytes text = yaml.to_bytes();
    YamlStyle style;
    Content after = rewrite_lines(as_text(text), [&](auto line) { return style.rewrite(line); });
    if (!(after == text)) context_.changed(kStyle, "as written", "one for all writers", kMetadata);
    return after;
  }

  std::string settle_date(std::string_view date) {
    const auto written = WrittenTime::parse(date);
    if (!written) return std::string(date);
    const std::int64_t before = written->seconds();
    const std::int64_t after = context_.settle_time(kDate, before, kDays, kMetadata);
    if (after == before) return std::string(date);
    return written->write_in_place(after).value_or(written->write(after));
  }

  Context& context_;
  bool signed_ = false, checksums_were_read_ = false;
  std::map<std::string, ByteView, std::less<>> before_;
  std::map<std::string, Content, std::less<>> after_;
};

}  // namespace

std::unique_ptr<Package> open_gem(const tar::Archive& archive, Context& context) {
  const auto has = [&](std::string_view name) {
    return std::ranges::any_of(archive.entries, [&](const auto& e) { return e.name == name; });
  };
  if (!has("metadata.gz") || !has("data.tar.gz") || !has(kChecksums)) return nullptr;
  return std::make_unique<Gem>(archive, context);
}

}  // namespace normalize::package
