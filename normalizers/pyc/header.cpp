// The header, after Lib/importlib/_bootstrap_external.py (_classify_pyc(), cache_from_source()) and
// PEP 552.

#include "normalizers/pyc/header.h"

#include <cstdio>
#include <optional>

#include "normalizers/pyc/siphash.h"
#include "rules/format_time.h"

namespace normalize::pyc {
namespace {

constexpr std::uint32_t kHashBased = 1, kCheckSource = 2;  // PEP 552
constexpr TimeRange kTimeRange{0, 0xffff'ffff};

constexpr Field kMtime{"mtime", "set the sources' times before compiling"};
constexpr Field kInvalidation{"invalidation", "compileall --invalidation-mode"};

struct Header {
  ByteView magic;
  std::uint32_t flags = 0;
  std::uint32_t mtime = 0;
  std::uint32_t source_size = 0;
  std::uint64_t hash = 0;

  bool hash_based() const { return flags & kHashBased; }
};

Header read_header(Reader& in, const Version& version) {
  Header header;
  header.magic = in.take(4, "magic");
  if (version.has_flags()) header.flags = in.little_endian<std::uint32_t>("flags");
  if (header.hash_based()) {
    header.hash = in.little_endian<std::uint64_t>("hash of the source");
  } else {
    header.mtime = in.little_endian<std::uint32_t>("mtime");
    if (version.has_size()) header.source_size = in.little_endian<std::uint32_t>("source size");
  }
  return header;
}

void write_header(Writer& out, const Header& header, const Version& version) {
  out.bytes(header.magic);
  if (version.has_flags()) out.little_endian(header.flags);
  if (header.hash_based()) {
    out.little_endian(header.hash);
  } else {
    out.little_endian(header.mtime);
    if (version.has_size()) out.little_endian(header.source_size);
  }
}

std::string describe(const Header& header) {
  if (!header.hash_based()) return "source time " + format_time(header.mtime);
  char text[48];
  std::snprintf(text, sizeof text, "%s hash %016llx",
                header.flags & kCheckSource ? "checked" : "unchecked",
                static_cast<unsigned long long>(header.hash));
  return text;
}

/// _imp.source_hash(): up to 3.10 CPython hashed with SipHash-2-4, since 3.11 with SipHash-1-3.
std::uint64_t source_hash(ByteView magic, ByteView source, const Version& version) {
  const auto key = Reader(magic).little_endian<std::uint32_t>("magic");
  return version.at_least(3, 11) ? siphash(1, 3, key, 0, source) : siphash(2, 4, key, 0, source);
}

/// One header on its way to its normal form.
class HeaderPolicy {
 public:
  HeaderPolicy(Header& header, const Version& version, Context& context)
      : header_(header),
        version_(version),
        context_(context),
        mode_(context.rules().pyc_mode),
        source_name_(source_name(context.name())) {
    if (context.neighbours() && !source_name_.empty())
      source_ = context.neighbours()->find(source_name_);
  }

  void apply() {
    if (mode_ == PycMode::keep) return;
    if (header_.flags & ~(kHashBased | kCheckSource))
      return context_.note("flags that PEP 552 does not know; the header is kept");
    const bool wants_hash = mode_ == PycMode::unchecked_hash || mode_ == PycMode::checked_hash;
    if (wants_hash && version_.has_flags() && source_ && write_hash()) return;
    if (!header_.hash_based()) settle_mtime();
  }

 private:
  std::uint32_t wanted_flags() const {
    return mode_ == PycMode::checked_hash ? kHashBased | kCheckSource : kHashBased;
  }

  /// Returns whether nothing is left to do.
  bool write_hash() {
    if (!header_.hash_based() && !matches(header_.mtime, *source_)) return false;
    const std::optional<Bytes> source = context_.neighbours()->read(source_name_);
    if (!source) {
      context_.note(source_name_ + " cannot be read, so no hash is written");
      return false;
    }
    Header hashed = header_;
    hashed.flags = wanted_flags();
    hashed.hash = source_hash(header_.magic, *source, version_);
    const bool belongs = header_.hash_based()
                             ? header_.hash == hashed.hash
                             : header_.source_size == static_cast<std::uint32_t>(source->size());
    if (!belongs) {
      if (header_.hash_based()) say_stale();
      return false;
    }
    if (header_.flags != hashed.flags)
      context_.changed(kInvalidation, describe(header_), describe(hashed));
    header_ = hashed;
    return true;
  }

  void settle_mtime() {
    if (!source_) return settle_without_source();
    const auto after = static_cast<std::uint32_t>(source_->time_after);
    if (!matches(header_.mtime, *source_)) {
      say_stale();
      return set_mtime(after == 0 ? 1 : 0);
    }
    if (mode_ == PycMode::zero && after != 0)
      context_.note(source_name_ + " keeps a time, so the header holds that and not 0");
    set_mtime(after);
  }

  void settle_without_source() {
    if (mode_ == PycMode::zero) return set_mtime(0);
    header_.mtime =
        static_cast<std::uint32_t>(context_.settle_time(kMtime, header_.mtime, kTimeRange));
  }

  void set_mtime(std::uint32_t seconds) {
    if (header_.mtime != seconds)
      context_.changed(kMtime, format_time(header_.mtime), format_time(seconds));
    header_.mtime = seconds;
  }

  void say_stale() const {
    context_.note("was not compiled from " + source_name_ +
                  " as it stands: Python compiles that anew");
  }

  Header& header_;
  const Version& version_;
  Context& context_;
  const PycMode mode_;
  const std::string source_name_;
  std::optional<Neighbours::Neighbour> source_;
};

}  // namespace

std::string source_name(std::string_view name) {
  static constexpr std::string_view kCache = "__pycache__/";
  if (!name.ends_with(".pyc") && !name.ends_with(".pyo")) return {};
  name.remove_suffix(4);
  const std::size_t slash = name.rfind('/');
  std::string_view folder = name.substr(0, slash == std::string_view::npos ? 0 : slash + 1);
  std::string_view module = name.substr(folder.size());
  const bool cached =
      folder.ends_with(kCache) &&
      (folder.size() == kCache.size() || folder[folder.size() - kCache.size() - 1] == '/');
  if (cached) {
    folder.remove_suffix(kCache.size());
    const std::size_t optimization = module.rfind(".opt-");
    if (optimization != std::string_view::npos) module = module.substr(0, optimization);
    const std::size_t tag = module.rfind('.');
    if (tag == std::string_view::npos) return {};
    module = module.substr(0, tag);
  }
  if (module.empty()) return {};
  return std::string(folder) + std::string(module) + ".py";
}

bool matches(std::uint32_t recorded, const Neighbours::Neighbour& source) {
  constexpr std::int64_t kQuarterHour = 900, kFarthestZone = std::int64_t{14} * 3600, kStep = 2;
  if (!source.local_time) return recorded == static_cast<std::uint32_t>(source.time_before);
  const std::int64_t apart = std::abs(std::int64_t{recorded} - source.time_before);
  if (apart > kFarthestZone + kStep) return false;
  const std::int64_t rest = apart % kQuarterHour;
  return rest <= kStep || rest >= kQuarterHour - kStep;
}

void normalize_header(Reader& in, Writer& out, const Version& version, Context& context) {
  Header header = read_header(in, version);
  HeaderPolicy(header, version, context).apply();
  write_header(out, header, version);
}

std::string describe_header(ByteView head, const Version& version) {
  Reader in(head);
  const Header header = read_header(in, version);
  const bool has_size = version.has_size() && !header.hash_based();
  return describe(header) + (has_size ? ", source size " + std::to_string(header.source_size) : "");
}

bool was_written_for(ByteView head, const Version& version, const Neighbours::Neighbour& times,
                     ByteView source) {
  Reader in(head);
  const Header header = read_header(in, version);
  if (header.hash_based()) return header.hash == source_hash(header.magic, source, version);
  return matches(header.mtime, times) &&
         (!version.has_size() || header.source_size == static_cast<std::uint32_t>(source.size()));
}

}  // namespace normalize::pyc
