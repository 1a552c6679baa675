// .cargo_vcs_info.json, which `cargo package` puts into every crate: {"git": {"sha1": "..."}, ...},
// the commit that the crate was packed from. It says where the sources were taken from and nothing
// of what they are, so `strict` makes it git's null name, at the same length; `safe` keeps it.

#include <algorithm>

#include "normalizers/bytes/writer.h"
#include "normalizers/registry.h"

namespace normalize {
namespace {

constexpr Field kSha1{"git.sha1", "pack a crate from the commit that was tagged"};
constexpr std::string_view kFile = ".cargo_vcs_info.json", kChecksums = ".cargo-checksum.json";
constexpr std::size_t kDigits = 40;

std::string_view name_in_folder(std::string_view path) { return path.substr(path.rfind('/') + 1); }

bool is_hex(std::string_view text) {
  return text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

/// Where the digits of the commit begin, which cargo writes before all else; 0 where they do not.
std::size_t commit_at(std::string_view text) {
  std::size_t at = 0;
  for (const std::string_view token : {"{", "\"git\"", ":", "{", "\"sha1\"", ":", "\""}) {
    at = std::min(text.find_first_not_of(" \t\r\n", at), text.size());
    if (!text.substr(at).starts_with(token)) return 0;
    at += token.size();
  }
  const std::string_view digits = text.substr(at, kDigits);
  const bool whole = digits.size() == kDigits && is_hex(digits);
  return whole && text.substr(at + kDigits).starts_with('"') ? at : 0;
}

/// A vendored crate comes with digests of its files, which cargo compares before it builds.
bool is_vendored(const Context& context) {
  const std::string_view path = context.name();
  const std::string beside =
      std::string(path.substr(0, path.size() - name_in_folder(path).size())).append(kChecksums);
  return context.neighbours() && context.neighbours()->find(beside);
}

class Cargo final : public Normalizer {
 public:
  std::string_view name() const override { return "cargo"; }
  bool recognizes(const Probe& probe) const override {
    return name_in_folder(probe.name) == kFile && commit_at(as_text(probe.head)) > 0;
  }

  Content normalize(ByteView input, Context& context) const override {
    const std::size_t at = commit_at(as_text(input));
    if (at == 0) throw FormatError(0, "git.sha1 does not come first");
    const std::string null_name(kDigits, '0');
    const std::string_view commit = as_text(input).substr(at, kDigits);
    if (!context.rules().strict() || commit == null_name) return Content::view(input);
    if (is_vendored(context)) return context.leave(input, "its digest is in .cargo-checksum.json");
    context.changed(kSha1, std::string(commit), null_name);
    Writer out;
    out.carry(input.first(at));
    out.text(null_name);
    out.carry(input.subspan(at + kDigits));
    return std::move(out).finish();
  }
};

}  // namespace

std::unique_ptr<const Normalizer> make_cargo() { return std::make_unique<Cargo>(); }

}  // namespace normalize
