#include "normalizers/rpm/describe.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "normalizers/bytes/digest.h"
#include "rules/format_time.h"

namespace normalize::rpm {
namespace {

constexpr std::size_t kMostBinary = 64;

constexpr std::size_t kMostInLabel = 80;
constexpr std::size_t kMostText = std::size_t{64} << 20;

/// Regions, which say nothing, and sums and sizes, which follow from what else is there.
bool is_left_out(std::uint32_t tag) {
  constexpr std::array kFollow = {
      tag::kHeaderImage,  tag::kHeaderSignatures, tag::kHeaderImmutable,  tag::kSha1Header,
      tag::kSha256Header, tag::kSha3_256Header,   tag::kLongSigSize,      tag::kLongArchiveSize,
      tag::kFileSizes,    tag::kLongFileSizes,    tag::kFileDigests,      tag::kSize,
      tag::kLongSize,     tag::kPayloadDigest,    tag::kPayloadDigestAlt, tag::kArchiveSize};
  return std::ranges::find(kFollow, tag) != kFollow.end();
}
bool is_left_out_of_signature(std::uint32_t tag) {
  return is_left_out(tag) || tag == tag::kSigSize || tag == tag::kMd5 || tag == tag::kPayloadSize ||
         tag == tag::kReservedSpace;
}
bool is_time(std::uint32_t tag) {
  return tag == tag::kBuildTime || tag == tag::kFileMtimes || tag == 1080;  // CHANGELOGTIME
}

std::string number_text(std::uint32_t tag, std::uint64_t value) {
  if (is_time(tag)) return format_time(static_cast<std::int64_t>(value));
  if (tag != tag::kFileModes) return std::to_string(value);
  std::array<char, 32> octal{};
  std::snprintf(octal.data(), octal.size(), "%06llo", static_cast<unsigned long long>(value));
  return octal.data();
}

/// A text of several lines keeps them, so that two can be laid side by side.
void append_text(std::string& out, std::string_view text) {
  if (text.find('\n') == std::string_view::npos) {
    out.append(text.empty() ? "" : " ").append(text).append("\n");
    return;
  }
  out += '\n';
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    out.append("  ").append(text.substr(0, end)).append("\n");
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

void append_binary(std::string& out, ByteView data) {
  out += " " + hexadecimal(data.first(std::min(data.size(), kMostBinary)));
  if (data.size() > kMostBinary) out += "... (" + std::to_string(data.size()) + " bytes)";
  out += '\n';
}

/// Writes the values of one header's tags.
class Lines {
 public:
  Lines(const Header& header, std::string (*name_of)(std::uint32_t), bool (*leaves)(std::uint32_t))
      : header_(header),
        name_of_(name_of),
        leaves_(leaves),
        files_(header.strings(tag::kBaseNames)) {}

  std::string text() {
    for (const Entry& entry : header_.entries())
      if (!leaves_(entry.tag)) add(entry);
    return std::move(out_);
  }

 private:
  void add(const Entry& entry) {
    if (out_.size() > kMostText) throw LimitError("its headers hold more than can be shown");
    const std::string name = name_of_(entry.tag);
    if (entry.type == Type::binary) {
      out_ += name + ":";
      append_binary(out_, entry.data);
    } else if (entry.type >= Type::string) {
      const auto values = header_.strings(entry.tag);
      for (std::size_t i = 0; i < values.size(); ++i) {
        out_ += name + label(name, i, values.size());
        append_text(out_, values[i]);
      }
    } else {
      const auto values = header_.numbers(entry.tag);
      for (std::size_t i = 0; i < values.size(); ++i)
        out_ +=
            name + label(name, i, values.size()) + " " + number_text(entry.tag, values[i]) + "\n";
    }
  }

  /// Lists with one value a file name it. No numbers: two headers are to be laid side by side.
  std::string label(std::string_view name, std::size_t index, std::size_t count) const {
    const bool is_of_files = name.starts_with("FILE") && count == files_.size();
    return is_of_files ? "[" + files_[index].substr(0, kMostInLabel) + "]:" : ":";
  }

  const Header& header_;
  std::string (*name_of_)(std::uint32_t);
  bool (*leaves_)(std::uint32_t);
  const std::vector<std::string> files_;
  std::string out_;
};

}  // namespace

std::string describe(const Package& package) {
  return "header\n" + Lines(package.header, tag_name, is_left_out).text() + "signature header\n" +
         Lines(package.signature, signature_tag_name, is_left_out_of_signature).text();
}

}  // namespace normalize::rpm
