// Byte-compiled Emacs Lisp (.elc). Compilers up to Emacs 24, and those of XEmacs, write two
// comments into the header: by whom, on which host and when the file was compiled, and where its
// source stood. Both are blanked. Doc strings are found by their position in the file, "(#$ .
// 538)", so each line keeps its length.

#include "normalizers/bytes/writer.h"
#include "normalizers/registry.h"

namespace normalize {
namespace {

constexpr std::string_view kMagic = ";ELC";

constexpr Field kCompiledBy{"compiled by", "Emacs 25 and later do not write it"};
constexpr Field kFromFile{"from file", "Emacs 25 and later do not write it"};

/// A comment line, and how much of it stays.
struct Noise {
  std::string_view start;
  std::size_t kept;
  const Field& field;
};
const Noise kNoise[] = {
    {";;; Compiled by ", 12, kCompiledBy},
    {";;; compiled by ", 12, kCompiledBy},
    {";;; from file ", 3, kFromFile},
};

class Elc final : public Normalizer {
 public:
  std::string_view name() const override { return "elc"; }
  bool recognizes(const Probe& probe) const override {
    return probe.head.size() >= 8 && starts_with(probe.head, kMagic);
  }

  Content normalize(ByteView input, Context& context) const override {
    const std::string_view text = as_text(input);
    Writer out;
    std::size_t end = std::min(text.find('\n'), text.size());  // of the line with the magic
    out.bytes(input.first(end));
    while (text.substr(end).starts_with("\n;;;")) {
      const std::size_t start = end + 1;
      end = std::min(text.find('\n', start), text.size());
      out.byte('\n');
      write_line(out, text.substr(start, end - start), context);
    }
    out.carry(input.subspan(end));
    return std::move(out).finish();
  }

 private:
  static void write_line(Writer& out, std::string_view line, Context& context) {
    for (const Noise& noise : kNoise) {
      if (!line.starts_with(noise.start)) continue;
      const std::string blank(line.size() - noise.kept, ' ');
      const std::string_view said = line.substr(noise.kept);
      if (said != blank) context.changed(noise.field, std::string(said), "");
      out.text(line.substr(0, noise.kept));
      return out.text(blank);
    }
    out.text(line);
  }
};

}  // namespace

std::unique_ptr<const Normalizer> make_elc() { return std::make_unique<Elc>(); }

}  // namespace normalize
