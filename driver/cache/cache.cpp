#include "driver/cache/cache.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "driver/cache/watched.h"
#include "driver/report/escape.h"
#include "driver/report/publish.h"
#include "driver/report/text.h"
#include "driver/standard_streams.h"
#include "driver/tree/file_source.h"
#include "driver/tree/paths.h"
#include "driver/usage_error.h"
#include "normalizers/bytes/checksum.h"

namespace normalize {
namespace {

using std::chrono::nanoseconds;

// Linux dates files by a clock of 1 to 10 ms; other file systems keep whole or even seconds, and
// those of another machine or device have clocks of their own.
constexpr nanoseconds kTick = std::chrono::milliseconds(20);
constexpr nanoseconds kCoarseTick = std::chrono::seconds(2);
// A clock of files stands still for a while, and longer where a machine is virtual and loaded. One
// that has not moved on after this many quarters of a tick is a coarse one: not worth the wait.
constexpr int kMostWaits = 12;
constexpr std::int32_t kMillisecond = 1'000'000;  // in nanoseconds

nanoseconds since_1970(DiskTime time) {
  return std::chrono::seconds(time.seconds) + nanoseconds(time.nanoseconds);
}

/// The bytes of a cache file; empty where there is none.
Bytes read_file(const std::string& path) {
  const Descriptor file = open_path(path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
  if (!file && errno == ENOENT) return {};
  struct stat status {};
  if (!file || ::fstat(file.get(), &status) != 0) throw_errno(escape(path));
  if (!S_ISREG(status.st_mode)) throw UsageError("--cache: " + path + " is not a regular file");
  const auto size = std::min(static_cast<std::uint64_t>(status.st_size), kMostCacheBytes + 1);
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
  if (!stat_path(folder, status)) throw_errno(escape(folder));
  return identity_of(status);
}

CacheKey key_of(const Entry& entry, const std::string& path) {
  return {static_cast<std::uint64_t>(entry.identity.device),
          static_cast<std::uint64_t>(entry.identity.inode), name_hash(path)};
}

CacheRecord record_of(const Entry& entry, const CacheKey& key) {
  return {key,
          entry.size,
          entry.mtime.seconds,
          entry.ctime.seconds,
          static_cast<std::uint32_t>(entry.mtime.nanoseconds),
          static_cast<std::uint32_t>(entry.ctime.nanoseconds)};
}

bool is_kept(const Entry& entry) {
  return entry.kind == Entry::Kind::file && !entry.failed && (entry.known || entry.normal);
}

/// Of the files that the run has dated itself, one that was dated last; null where it dated none.
const Entry* last_retimed(const Tree& tree) {
  const Entry* last = nullptr;
  for (const Folder& folder : tree.folders)
    for (const Entry& entry : folder.entries)
      if (entry.retimed && is_kept(entry) && (!last || last->ctime < entry.ctime)) last = &entry;
  return last;
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
    if (!file.empty()) known_ = read_cache(file, rules_);
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
  CacheRecord now = record_of(entry, key_of(entry, path));
  const CacheRecord* const then = find_record(known_.records, now.key);
  if (!then) return std::nullopt;
  const std::uint32_t flags = then->ctime_nanoseconds & CacheRecord::kFlags;
  now.ctime_nanoseconds |= flags;
  if (*then != now) return std::nullopt;
  return Known{(flags & CacheRecord::kRecognized) != 0, (flags & CacheRecord::kAsked) != 0};
}

void Cache::ask_again(Tree& tree, const Neighbours& neighbours) const {
  for (Folder& folder : tree.folders)
    for (Entry& entry : folder.entries) {
      if (!entry.known || !entry.asked) continue;
      const auto told = known_.answers.find(key_of(entry, folder.path_of(entry.name)));
      entry.known = told != known_.answers.end() &&
                    std::ranges::all_of(told->second, [&](const CacheAnswer& answer) {
                      return answer == answer_of(answer.name, neighbours.find(answer.name));
                    });
    }
}

void Cache::add_answers(const Entry& entry, const std::string& path,
                        std::vector<CacheAnswer> answers) {
  told_.with(
      [&](CacheAnswers& told) { told.insert_or_assign(key_of(entry, path), std::move(answers)); });
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
    wait_for_clock(last_retimed(tree));
    CacheContents found = found_in(tree);
    const Bytes file = write_cache(rules_, found);
    if (found == known_) return;
    next_.write(file);
    next_.commit();
  } catch (const std::exception& error) {
    warn(std::string("cannot be kept: ") + error.what());
  }
}

void Cache::wait_for_clock(const Entry* last) {
  for (int i = 0;; ++i) {
    if (::futimens(next_.descriptor(), nullptr) != 0) throw_errno("cannot set its time");
    end_ = ctime_of(status_of(next_.descriptor()));
    if (!last || i == kMostWaits || is_old(*last, end_)) return;
    std::this_thread::sleep_for(kTick / 4);
  }
}

CacheContents Cache::found_in(const Tree& tree) {
  CacheContents found;
  for (const Folder& folder : tree.folders)
    for (const Entry& entry : folder.entries) {
      // What this run has dated itself could be changed again at the same time until it ends.
      if (!is_kept(entry) || (entry.retimed && !is_old(entry, end_))) continue;
      CacheRecord record = record_of(entry, key_of(entry, folder.path_of(entry.name)));
      if (entry.recognized) record.ctime_nanoseconds |= CacheRecord::kRecognized;
      if (const auto* answers = answers_for(entry, record.key)) {
        record.ctime_nanoseconds |= CacheRecord::kAsked;
        found.answers.insert_or_assign(record.key, *answers);
      }
      found.records.push_back(record);
    }
  return found;
}

const std::vector<CacheAnswer>* Cache::answers_for(const Entry& entry, const CacheKey& key) {
  if (!entry.asked) return nullptr;
  if (entry.known) return &known_.answers.at(key);
  return told_.with([&](const CacheAnswers& told) { return &told.at(key); });
}

void Cache::warn(const std::string& problem) const noexcept {
  try {
    write_standard_error(
        diagnostic(Remark::Kind::damaged, path_ + ": " + problem, color_on_stderr(report_)));
  } catch (const std::bad_alloc&) {  // then there is nothing to say it with
  }
}

}  // namespace normalize
