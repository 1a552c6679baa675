#include "driver/tree/open.h"

#include <fcntl.h>

#include <algorithm>
#include <atomic>

#include "driver/tree/paths.h"

#ifdef __linux__
#include <linux/openat2.h>
#include <sys/syscall.h>
#endif

namespace normalize {

#if defined(O_PATH)
const int kPassThrough = O_PATH | O_DIRECTORY | O_CLOEXEC;
#elif defined(O_SEARCH)
const int kPassThrough = O_SEARCH | O_DIRECTORY | O_CLOEXEC;
#else
const int kPassThrough = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
#endif

namespace {

/// How much of a path one system call is given: POSIX promises no more than 1024 with the NUL, but
/// no system that we know has less than this.
constexpr std::size_t kChunkBytes = 1000;

/// The components at the front of `path` that fit into one call; at least one.
std::string_view first_chunk(std::string_view path) {
  if (path.size() <= kChunkBytes) return path;
  std::size_t end = path.rfind('/', kChunkBytes);
  if (end == std::string_view::npos || end == 0) end = path.find('/', 1);
  return path.substr(0, end);
}

std::string_view first_component(std::string_view path) { return path.substr(0, path.find('/')); }

/// Opens a path in steps: `cut` says how far one goes, `open_step` takes it.
template <typename Cut, typename OpenStep>
Descriptor open_in_steps(int base, std::string_view path, int flags, Cut cut, OpenStep open_step) {
  if (path.empty()) path = ".";
  Descriptor here;
  for (;;) {
    const std::string step(cut(path));
    path.remove_prefix(step.size());
    path.remove_prefix(std::min(path.find_first_not_of('/'), path.size()));
    const bool last = path.empty();
    Descriptor next(
        open_step(here ? here.get() : base, step.c_str(), last ? flags : kPassThrough, last));
    if (!next || last) return next;
    here = std::move(next);
  }
}

#ifdef __linux__
/// Whether openat2(2) is there: since Linux 5.6, unless a sandbox forbids it.
std::atomic<bool> have_openat2 = true;

int openat2_below(int base, const char* path, int flags, bool) {
  open_how how{};
  how.flags = static_cast<decltype(how.flags)>(flags);
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS;
  return static_cast<int>(
      uninterrupted([&] { return ::syscall(SYS_openat2, base, path, &how, sizeof how); }));
}
#endif

}  // namespace

Descriptor open_below_by_component(int base, std::string_view path, int flags) {
  return open_in_steps(base, path, flags, first_component,
                       [](int at, const char* step, int step_flags, bool) {
                         return open_at(at, step, step_flags | O_NOFOLLOW).release();
                       });
}

Descriptor open_below(int base, std::string_view path, int flags) {
#ifdef __linux__
  if (have_openat2) {
    Descriptor opened = open_in_steps(base, path, flags, first_chunk, openat2_below);
    if (opened || (errno != ENOSYS && errno != EPERM)) return opened;
    // A sandbox answers EPERM to calls it has never heard of; a folder may answer it too.
    const int error = errno;
    opened = open_below_by_component(base, path, flags);
    if (opened || error == ENOSYS) have_openat2 = false;
    return opened;
  }
#endif
  return open_below_by_component(base, path, flags);
}

Descriptor open_given(std::string_view path, int flags) {
  const auto place = place_of_path(std::string(path), LastLink::stay);
  if (!place) return {};
  return open_in_steps(
      place->folder, place->name, flags, first_chunk,
      [](int at, const char* step, int step_flags, bool last) {
        return open_at(at, step, last ? step_flags | O_NOFOLLOW : step_flags).release();
      });
}

}  // namespace normalize
