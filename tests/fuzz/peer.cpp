#include "tests/fuzz/peer.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <set>
#include <vector>

#include "driver/rule_files.h"
#include "normalizers/bytes/digest.h"
#include "normalizers/error.h"
#include "normalizers/inside/members.h"
#include "normalizers/normalize.h"
#include "normalizers/ruling.h"
#include "normalizers/services.h"
#include "rules/rule_file.h"

namespace normalize::fuzz {
namespace {

struct Seen {
  std::string name;
  Bytes bytes;
};

Bytes sha256(ByteView bytes) {
  RunningDigest digest;
  digest.add(bytes);
  return digest.finish();
}

/// Is the plugin of a rule that claims every member, and writes down what it gets.
class Recorder final : public Services {
 public:
  std::array<std::byte, 4> python_magic() override { throw ServiceError("none"); }
  Bytes recompile(ByteView, std::string_view, unsigned) override { throw ServiceError("none"); }
  std::optional<std::string> first_difference(ByteView, ByteView, Filenames) override {
    throw ServiceError("none");
  }
  PluginResult plugin(const PluginCall& call) override {
    seen.push_back({std::string(call.path), Bytes(call.input.begin(), call.input.end())});
    return {};
  }

  std::vector<Seen> seen;
};

/// All formats but one are off: members are not looked into.
Rules recording_rules(const Normalizer& format) {
  constexpr std::string_view kRule =
      "[[rule]]\nname = 'all'\nreason = 'all'\npath = ['**', '**!**']\npython = 'all:all'\n";
  Rules rules;
  for (const std::string& name : switchable_formats())
    if (name != format.name() && name != kRuleFormat) rules.disabled_formats.insert(name);
  auto parsed = parse_rule_file(kRule, "all.toml", switchable_formats()).rules;
  rules.rule_book = std::make_shared<const RuleBook>(RuleBook{RuleSet(std::move(parsed)), {}, {}});
  return rules;
}

std::string clean(std::string_view name) {
  while (name.starts_with("./")) name.remove_prefix(2);
  while (name.ends_with('/')) name.remove_suffix(1);
  return std::string(name);
}

/// What zlib makes of all members of a gzip file, as far as they are whole; empty where there are
/// none or they are too large.
Bytes unpacked_by_zlib(ByteView packed) {
  constexpr std::size_t kMost = std::size_t{64} << 20;
  constexpr int kGzip = 15 + 16;
  z_stream stream{};
  Bytes out;
  if (inflateInit2(&stream, kGzip) != Z_OK) return out;
  stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  std::array<Bytef, 65536> room;
  int status = Z_OK;
  while (status == Z_OK && out.size() < kMost) {
    stream.next_out = room.data();
    stream.avail_out = static_cast<uInt>(room.size());
    status = inflate(&stream, Z_NO_FLUSH);
    const ByteView made = std::as_bytes(std::span(room)).first(room.size() - stream.avail_out);
    out.insert(out.end(), made.begin(), made.end());
    if (status == Z_STREAM_END && stream.avail_in > 0) status = inflateReset(&stream);
  }
  inflateEnd(&stream);
  return out;
}

std::string difference_from_zlib(ByteView input, const std::vector<Seen>& seen) {
  const Bytes theirs = unpacked_by_zlib(input);
  for (const Seen& ours : seen)
    if (!ours.bytes.empty() && std::ranges::search(theirs, ours.bytes).empty())
      return "zlib does not unpack " + ours.name;
  return {};
}

/// What libarchive and we mean to read differently.
bool is_beyond_peer(const Normalizer& format, ByteView input) {
  // Archives one behind the other, as the kernel reads them: libarchive ends with the first.
  constexpr std::string_view kEnd = "TRAILER!!!";
  const std::string_view text = as_text(input);
  return format.name() == "cpio" && text.find(kEnd) != text.rfind(kEnd);
}

/// By name, and by bytes: of hard links either reader may give the bytes to another name. What has
/// no regular file's mode has no data there. Names in ar are trimmed each in his way; a mode that
/// makes a device of a member is believed there, and none of our business.
std::string difference_from_libarchive(const Normalizer& format, ByteView input,
                                       const std::vector<Seen>& seen) {
  std::set<std::string> names, others;
  std::set<Bytes> digests;
  inside::Allowance allowance(std::uint64_t{64} << 20);
  for (inside::Member& member : inside::list_members(Content::view(input), allowance)) {
    if (format.name() == "ar" && !member.is_file) return {};
    const bool has_data = member.is_file && member.digest != sha256({});
    (has_data ? names : others).insert(clean(member.path));
    digests.insert(std::move(member.digest));
  }
  if (digests.empty()) return {};  // it takes the archive for an empty one
  for (const Seen& ours : seen) {
    if (ours.name.starts_with("segment ")) continue;  // what is packed behind a cpio archive
    if (others.contains(clean(ours.name))) continue;
    // Behind the slashes of GNU's tables he reads no further than a NUL.
    if (format.name() == "ar" && ours.name.starts_with('/')) continue;
    if (format.name() != "ar" && !names.contains(clean(ours.name)))
      return "libarchive does not find " + ours.name;
    if (!digests.contains(sha256(ours.bytes)))
      return "libarchive reads other bytes of " + ours.name;
  }
  return {};
}

}  // namespace

std::string difference_from_peer(const Normalizer& format, ByteView input) {
  static std::map<std::string_view, Rules> known;
  const Rules& rules = known.try_emplace(format.name(), recording_rules(format)).first->second;
  Recorder recorder;
  WholeSource source(input);
  const Result result = normalize_as(format, "input", source, rules, nullptr, &recorder);
  if (result.outcome == Result::Outcome::damaged) return {};
  // What is nested is normalized before it is handed on.
  const auto is_nested = [&](const Seen& each) {
    WholeSource member(each.bytes);
    return format.recognizes({each.name, member.head(), member});
  };
  if (std::ranges::any_of(recorder.seen, is_nested) || is_beyond_peer(format, input)) return {};
  try {
    return format.name() == "gzip" ? difference_from_zlib(input, recorder.seen)
                                   : difference_from_libarchive(format, input, recorder.seen);
  } catch (const FormatError&) {  // libarchive cannot read it
    return {};
  } catch (const LimitError&) {
    return {};
  }
}

}  // namespace normalize::fuzz
