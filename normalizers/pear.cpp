// The registry of PEAR (.reg): an array as PHP's serialize() writes it. At its top level stands
// "_lastmodified", when the package was installed, a number of seconds; it is lowered to the epoch.

#include "normalizers/bytes/reader.h"
#include "normalizers/bytes/writer.h"
#include "normalizers/registry.h"

namespace normalize {
namespace {

constexpr std::string_view kSerializedKey = "s:13:\"_lastmodified\";";
/// The key stands last; a number and closing braces follow it.
constexpr std::size_t kTailBytes = 64;

constexpr Field kLastModified{"_lastmodified", ""};

/// Goes through what serialize() writes, one scalar or bracket at a time.
class Serialized {
 public:
  explicit Serialized(ByteView bytes) : in_(bytes) {}

  bool at_end() const { return in_.remaining() == 0; }
  std::size_t offset() const { return in_.offset(); }
  std::size_t depth() const { return depth_; }

  /// The next value or bracket as it stands; of an array or object, what is in front of its values.
  std::string_view next() {
    const ByteView from = in_.rest();
    switch (in_.byte("type")) {
      case '}':
        if (depth_-- == 0) in_.fail("a brace closes what was never opened");
        break;
      case 'N':
        pass(';');
        break;
      case 's':
        pass_text();
        pass(';');
        break;
      case 'a':
        pass_number(':');
        pass('{');
        ++depth_;
        break;
      case 'O':
        pass_text();
        pass_number(':');
        pass('{');
        ++depth_;
        break;
      case 'i':
      case 'b':
      case 'd':
      case 'r':
      case 'R':
        pass_number(';');
        break;
      default:
        in_.fail("type is none that serialize() writes");
    }
    return as_text(from.first(from.size() - in_.remaining()));
  }

 private:
  void pass(char expected) {
    if (in_.byte("separator") != static_cast<std::uint8_t>(expected))
      in_.fail(std::string("expected a '") + expected + "' before this");
  }
  /// A colon, a number and `end`. Returns the number where it is a length.
  std::uint64_t pass_number(char end) {
    pass(':');
    std::uint64_t value = 0;
    constexpr std::uint64_t kMost = std::uint64_t{1} << 50;
    for (char c; (c = static_cast<char>(in_.byte("number"))) != end;)
      if (c >= '0' && c <= '9' && value < kMost)
        value = value * 10 + static_cast<unsigned>(c - '0');
    return value;
  }
  /// :LENGTH:"TEXT"
  void pass_text() {
    const std::uint64_t length = pass_number(':');
    pass('"');
    in_.take(length, "text");
    pass('"');
  }

  Reader in_;
  std::size_t depth_ = 0;
};

std::optional<std::int64_t> integer(std::string_view serialized) {
  if (!serialized.starts_with("i:") || serialized.size() > 15) return std::nullopt;
  std::int64_t value = 0;
  for (const char c : serialized.substr(2, serialized.size() - 3)) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

class Pear final : public Normalizer {
 public:
  std::string_view name() const override { return "pear"; }

  bool recognizes(const Probe& probe) const override {
    return starts_with(probe.head, "a:") &&
           as_text(probe.source.tail(kTailBytes)).find(kSerializedKey) != std::string_view::npos;
  }

  Content normalize(ByteView input, Context& context) const override {
    Serialized in(input);
    Writer out;
    std::size_t copied = 0;
    bool is_date = false;
    do {
      const std::size_t start = in.offset();
      const std::string_view value = in.next();
      const auto seconds = is_date ? integer(value) : std::nullopt;
      is_date = in.depth() == 1 && value == kSerializedKey;
      if (!seconds) continue;
      const std::int64_t before = *seconds;
      const std::int64_t settled = context.settle_time(kLastModified, before, {});
      if (settled == before) continue;
      out.carry(input.subspan(copied, start - copied));
      out.text("i:" + std::to_string(settled) + ";");
      copied = in.offset();
    } while (in.depth() > 0);
    out.carry(input.subspan(copied));
    return std::move(out).finish();
  }
};

}  // namespace

std::unique_ptr<const Normalizer> make_pear() { return std::make_unique<Pear>(); }

}  // namespace normalize
