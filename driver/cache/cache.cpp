#include "driver/cache/cache.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "driver/report/escape.h"
#include "driver/report/publish.h"
#include "driver/report/text.h"
#include "driver/standard_streams.h"
#include "driver/tree/file_source.h"
#include "driver/usage_error.h"
#include "normalizers/bytes/checksum.h"

namespace normalize {
namespace {

using std::chrono::nanoseconds;

// Linux dates files by a clock of 1 to 10 ms; other file systems keep whole or even seconds, and
// those of another machine or device have clocks of their own.
constexpr nanoseconds kTick = std::chrono::milliseconds(20);
constexpr nanoseconds kCoarseTick = std::chrono::seconds(2);
constexpr std::int32_t kMillisecond = 1'000'000;  // in nanoseconds

nanoseconds since_1970(DiskTime time) {
  return std::chrono::seconds(time.seconds) + nanoseconds(time.nanoseconds);
}

/// The bytes of a cache file; empty where there is none.
Bytes read_file(const std::string& path) {
  const Descriptor file = open_at(AT_FDCWD, path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
  if (!file && errno == ENOENT) return {};
  struct stat status {};
  if (!file || ::fstat(file.get(), &status) != 0) throw_errno(escape(path));
  if (!S_ISREG(status.st_mode)) throw UsageError("--cache: " + path + " is not a regular file");
  const auto size = std::min(static_cast<std::uint64_t>(status.st_size), most_cache_bytes() + 1);
  Bytes bytes(static_cast<std::size_t>(size));
  FileSource source(file.get(), size);
  bytes.resize(source.read(bytes.data(), bytes.size(), 0));
  return bytes;
}

struct stat status_of(int fd) {
  struct stat status {};
  if (::fstat(fd, &status) != 0) throw_errno("cannot look at it");
  return status;
}

Identity folder_of(const std::string& path) {
  const std::string folder = path.substr(0, path.rfind('/') + 1) + ".";
  struct stat status {};
  if (::stat(folder.c_str(), &status) != 0) throw_errno(escape(folder));
  return identity_of(status);
}

CacheRecord record_of(const Entry& entry, const std::string& path) {
  return {static_cast<std::uint64_t>(entry.identity.device),
          static_cast<std::uint64_t>(entry.identity.inode),
          name_hash(path),
          entry.size,
          entry.mtime.seconds,
          entry.ctime.seconds,
          static_cast<std::uint32_t>(entry.mtime.nanoseconds),
          static_cast<std::uint32_t>(entry.ctime.nanoseconds)};
}

bool is_kept(const Entry& entry) {
  return entry.kind == Entry::Kind::file && !entry.failed && (entry.known || entry.normal);
}

bool any_retimed(const Tree& tree) {
  return std::ranges::any_of(tree.folders, [](const Folder& folder) {
    return std::ranges::any_of(folder.entries,
                               [](const Entry& entry) { return entry.retimed && is_kept(entry); });
  });
}

}  // namespace

Cache::Cache(const std::string& path, Bytes rules, const ReportOptions& report)
    : path_(path),
      rules_(std::move(rules)),
      report_(report),
      next_(path),
      folder_(folder_of(path)) {
  const struct stat status = status_of(next_.descriptor());
  device_ = static_cast<std::uint64_t>(status.st_dev);
  start_ = ctime_of(status);
  try {
    const Bytes file = read_file(path);
    if (!file.empty()) records_ = read_cache(file, rules_);
  } catch (const NoCacheFile& error) {
    warn(std::string(error.what()) + "; not used, and left as it was");
    keep_ = false;
  } catch (const DamagedCacheFile& error) {
    warn(std::string(error.what()) + "; taken for empty");
  }
}

void Cache::expect_outside(const Tree& tree) const {
  for (const Folder& folder : tree.folders)
    if (folder.walked && folder.identity == folder_)
      throw UsageError("--cache: " + path_ + " is within the tree (in " + folder.path +
                       "); put it elsewhere, or --exclude its folder");
}

std::optional<Cache::Known> Cache::known(const Entry& entry, const std::string& path) const {
  CacheRecord now = record_of(entry, path);
  const CacheRecord* const then = find_record(records_, now.device, now.inode, now.path);
  if (!then) return std::nullopt;
  const bool recognized = (then->ctime_nanoseconds & CacheRecord::kRecognized) != 0;
  if (recognized) now.ctime_nanoseconds |= CacheRecord::kRecognized;
  if (*then != now) return std::nullopt;
  return Known{recognized};
}

bool Cache::is_old(const Entry& entry, DiskTime than) const {
  const bool own_clock = static_cast<std::uint64_t>(entry.identity.device) == device_;
  const bool fine = entry.ctime.nanoseconds % kMillisecond != 0;
  return since_1970(entry.ctime) + (own_clock && fine ? kTick : kCoarseTick) < since_1970(than);
}

bool Cache::is_old(const Entry& entry) const { return is_old(entry, start_); }

void Cache::keep(const Tree& tree) noexcept {
  if (!keep_) return;
  try {
    if (any_retimed(tree)) std::this_thread::sleep_for(kTick + kTick / 4);
    if (::futimens(next_.descriptor(), nullptr) != 0) throw_errno("cannot set its time");
    end_ = ctime_of(status_of(next_.descriptor()));
    std::vector<CacheRecord> found = found_in(tree);
    const Bytes file = write_cache(rules_, found);
    if (found == records_) return;
    next_.write(file);
    next_.commit();
  } catch (const std::exception& error) {
    warn(std::string("cannot be kept: ") + error.what());
  }
}

std::vector<CacheRecord> Cache::found_in(const Tree& tree) const {
  std::vector<CacheRecord> found;
  for (const Folder& folder : tree.folders)
    for (const Entry& entry : folder.entries) {
      // What this run has dated itself could be changed again at the same time until it ends.
      if (!is_kept(entry) || (entry.retimed && !is_old(entry, end_))) continue;
      CacheRecord record = record_of(entry, folder.path_of(entry.name));
      if (entry.claimed) record.ctime_nanoseconds |= CacheRecord::kRecognized;
      found.push_back(record);
    }
  return found;
}

void Cache::warn(const std::string& problem) const noexcept {
  try {
    write_standard_error(
        diagnostic(Remark::Kind::damaged, path_ + ": " + problem, color_on_stderr(report_)));
  } catch (const std::bad_alloc&) {  // then there is nothing to say it with
  }
}

}  // namespace normalize
