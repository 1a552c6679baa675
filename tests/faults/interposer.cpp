// Stands between a program and the C library, by LD_PRELOAD, and lets one call fail.
//
//   FAULT_PROGRAM  whose calls: a program's name, as in /proc/self/comm; those it starts go free
//   FAULT_CALLS    which: "system", what asks the kernel for something, or "memory", malloc(3)'s
//   kind FAULT_LOG      a file that gets a line for each call: its name and the path it is about
//   FAULT_AT       which of them, counted from 1, fails; none where it is not set
//   FAULT_NAME     what the log calls it: of several threads another may come first, and then it is
//                  the next one of that name
//   FAULT_ERROR    with which errno; "short": it reads or writes half of what was asked for
//   FAULT_FOREVER  all of that name fail from then on

#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>

extern "C" {
void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);
void* __libc_memalign(std::size_t, std::size_t);
}

namespace {

long number(const char* name, long otherwise) {
  const char* const text = std::getenv(name);
  return text ? std::strtol(text, nullptr, 10) : otherwise;
}

bool is(const char* name, const char* word) {
  const char* const text = std::getenv(name);
  return text && std::strcmp(text, word) == 0;
}

struct Plan {
  Plan() {
    const char* const program = std::getenv("FAULT_PROGRAM");
    if (!program || std::strcmp(program, program_invocation_short_name) != 0) return;
    is_memory = is("FAULT_CALLS", "memory");
    at = number("FAULT_AT", 0);
    name = std::getenv("FAULT_NAME");
    is_forever = std::getenv("FAULT_FOREVER") != nullptr;
    is_short = is("FAULT_ERROR", "short");
    error = static_cast<int>(number("FAULT_ERROR", 0));
    if (const char* const path = std::getenv("FAULT_LOG")) {
      const int low = static_cast<int>(
          ::syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666));
      // Out of the way of what the program opens.
      log = static_cast<int>(::syscall(SYS_fcntl, low, F_DUPFD_CLOEXEC, 500));
      ::syscall(SYS_close, low);
    }
    is_on = true;
  }

  bool is_on = false, is_memory = false, is_short = false;
  long at = 0;
  const char* name = nullptr;
  bool is_forever = false;
  int error = 0, log = -1;
  std::atomic<long> count = 0;
  std::atomic<bool> has_failed = false;
};

/// Set once main() is near; what libraries do before is their own.
Plan* plan = nullptr;

__attribute__((constructor)) void begin() {
  static Plan the_plan;
  plan = &the_plan;
}

__attribute__((destructor)) void end() {
  if (!plan || !plan->is_on || !plan->is_memory || plan->log < 0) return;
  char text[32];
  std::snprintf(text, sizeof text, "%ld\n", plan->count.load());
  static_cast<void>(::syscall(SYS_write, plan->log, text, std::strlen(text)));
}

/// What a call is about: a path, below an open folder or not.
struct Subject {
  int fd = -1;
  const char* path = nullptr;
};

void log_call(const char* name, const Subject& subject) {
  if (plan->log < 0) return;
  char folder[4096] = "", line[9000];
  if (subject.fd >= 0) {
    char link[64];
    std::snprintf(link, sizeof link, "/proc/self/fd/%d", subject.fd);
    const long count = ::syscall(SYS_readlinkat, AT_FDCWD, link, folder, sizeof folder - 1);
    folder[count > 0 ? count : 0] = '\0';
  }
  const char* const path = subject.path ? subject.path : "";
  const bool below = *folder != '\0' && *path != '\0' && *path != '/';
  std::snprintf(line, sizeof line, "%s %s%s%s\n", name, *path == '/' ? "" : folder,
                below ? "/" : "", path);
  static_cast<void>(::syscall(SYS_write, plan->log, line, std::strlen(line)));
}

enum class Verdict { passes, fails, is_short };

/// Whether it is the turn of this call, the `now`th.
bool is_its_turn(const char* name, long now) {
  if (plan->at == 0 || now < plan->at) return false;
  if (plan->name && std::strcmp(plan->name, name) != 0) return false;
  return plan->is_forever || !plan->has_failed.exchange(true);
}

/// Counts a call, and says what becomes of it; errno is set where it fails.
Verdict judge(const char* name, const Subject& subject, bool is_memory = false) {
  if (!plan || !plan->is_on || plan->is_memory != is_memory) return Verdict::passes;
  const int before = errno;
  const bool turn = is_its_turn(name, ++plan->count);
  if (!is_memory && (turn || plan->at == 0)) log_call(name, subject);
  errno = before;
  if (!turn) return Verdict::passes;
  if (plan->is_short) return Verdict::is_short;
  errno = plan->error;
  return Verdict::fails;
}

bool fails(const char* name, const Subject& subject) {
  return judge(name, subject) == Verdict::fails;
}

/// Half of `size`, rounded up, where the verdict is so.
std::size_t granted(Verdict verdict, std::size_t size) {
  return verdict == Verdict::is_short ? (size + 1) / 2 : size;
}

template <typename Function>
Function* next(const char* name) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

}  // namespace

#define NEXT(function) static const auto real = next<decltype(function)>(#function)

extern "C" {

int open(const char* path, int flags, ...) {
  std::va_list rest;
  va_start(rest, flags);
  const mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  NEXT(open);
  return fails((flags & O_CREAT) != 0 ? "create" : "open", {-1, path}) ? -1
                                                                       : real(path, flags, mode);
}

int openat(int folder, const char* path, int flags, ...) {
  std::va_list rest;
  va_start(rest, flags);
  const mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  NEXT(openat);
  return fails((flags & O_CREAT) != 0 ? "create" : "open", {folder, path})
             ? -1
             : real(folder, path, flags, mode);
}

/// openat2(2), which the C library has no name for.
long syscall(long call, ...) noexcept {
  std::va_list rest;
  va_start(rest, call);
  long words[6];
  for (long& word : words) word = va_arg(rest, long);
  va_end(rest);
  NEXT(syscall);
  if (call == SYS_openat2 &&
      fails("open", {static_cast<int>(words[0]), reinterpret_cast<const char*>(words[1])}))
    return -1;
  return real(call, words[0], words[1], words[2], words[3], words[4], words[5]);
}

ssize_t read(int fd, void* out, size_t size) {
  const Verdict verdict = judge("read", {fd});
  NEXT(read);
  return verdict == Verdict::fails ? -1 : real(fd, out, granted(verdict, size));
}

ssize_t pread(int fd, void* out, size_t size, off_t at) {
  const Verdict verdict = judge("read", {fd});
  NEXT(pread);
  return verdict == Verdict::fails ? -1 : real(fd, out, granted(verdict, size), at);
}

ssize_t write(int fd, const void* data, size_t size) {
  const Verdict verdict = judge(fd == STDOUT_FILENO || fd == STDERR_FILENO ? "say" : "write", {fd});
  NEXT(write);
  return verdict == Verdict::fails ? -1 : real(fd, data, granted(verdict, size));
}

ssize_t pwrite(int fd, const void* data, size_t size, off_t at) {
  const Verdict verdict = judge("write", {fd});
  NEXT(pwrite);
  return verdict == Verdict::fails ? -1 : real(fd, data, granted(verdict, size), at);
}

ssize_t writev(int fd, const iovec* blocks, int count) {
  const Verdict verdict = judge("write", {fd});
  if (verdict == Verdict::fails) return -1;
  while (count > 0 && blocks->iov_len == 0) ++blocks, --count;
  NEXT(writev);
  if (verdict == Verdict::passes || count == 0) return real(fd, blocks, count);
  const iovec half{blocks->iov_base, granted(verdict, blocks->iov_len)};
  return real(fd, &half, 1);
}

int close(int fd) {
  NEXT(close);
  const bool failed = fails("close", {fd});
  const int error = errno, result = real(fd);
  if (!failed) return result;
  errno = error;  // the descriptor is gone all the same, as on Linux
  return -1;
}

dirent* readdir(DIR* folder) {
  NEXT(readdir);
  return fails("readdir", {::dirfd(folder)}) ? nullptr : real(folder);
}

void* mmap(void* address, size_t size, int protection, int flags, int fd, off_t at) noexcept {
  NEXT(mmap);
  return fails("mmap", {fd}) ? MAP_FAILED : real(address, size, protection, flags, fd, at);
}

void* mremap(void* address, size_t size, size_t wanted, int flags, ...) noexcept {
  NEXT(mremap);
  return fails("mmap", {}) ? MAP_FAILED : real(address, size, wanted, flags);
}

int ioctl(int fd, unsigned long request, ...) noexcept {
  std::va_list rest;
  va_start(rest, request);
  void* const argument = va_arg(rest, void*);
  va_end(rest);
  NEXT(ioctl);
  return fails("ioctl", {fd}) ? -1 : real(fd, request, argument);
}

int fcntl(int fd, int command, ...) {
  std::va_list rest;
  va_start(rest, command);
  const long argument = va_arg(rest, long);
  va_end(rest);
  NEXT(fcntl);
  return fails("fcntl", {fd}) ? -1 : real(fd, command, argument);
}

int posix_fallocate(int fd, off_t at, off_t size) {
  NEXT(posix_fallocate);
  return fails("allocate", {fd}) ? errno : real(fd, at, size);
}

int pthread_create(pthread_t* thread, const pthread_attr_t* attributes, void* (*run)(void*),
                   void* argument) noexcept {
  NEXT(pthread_create);
  return fails("thread", {}) ? errno : real(thread, attributes, run, argument);
}

// The rest of the calls, one a line: what they are called in the log, and what they are about.
#define CALL(name, subject, function, parameters, arguments) \
  int function parameters {                                  \
    NEXT(function);                                          \
    return fails(name, subject) ? -1 : real arguments;       \
  }
#define SUBJECT(...) (Subject{__VA_ARGS__})
CALL("stat", SUBJECT(fd), fstat, (int fd, struct stat* out) noexcept, (fd, out))
CALL("stat", SUBJECT(-1, path), stat, (const char* path, struct stat* out) noexcept, (path, out))
CALL("stat", SUBJECT(-1, path), lstat, (const char* path, struct stat* out) noexcept, (path, out))
CALL("stat", SUBJECT(folder, path), fstatat,
     (int folder, const char* path, struct stat* out, int flags) noexcept,
     (folder, path, out, flags))
CALL("access", SUBJECT(folder, path), faccessat,
     (int folder, const char* path, int mode, int flags) noexcept, (folder, path, mode, flags))
CALL("rename", SUBJECT(-1, to), rename, (const char* from, const char* to) noexcept, (from, to))
CALL("rename", SUBJECT(to_folder, to), renameat,
     (int from_folder, const char* from, int to_folder, const char* to) noexcept,
     (from_folder, from, to_folder, to))
CALL("link", SUBJECT(to_folder, to), linkat,
     (int from_folder, const char* from, int to_folder, const char* to, int flags) noexcept,
     (from_folder, from, to_folder, to, flags))
CALL("unlink", SUBJECT(-1, path), unlink, (const char* path) noexcept, (path))
CALL("unlink", SUBJECT(folder, path), unlinkat, (int folder, const char* path, int flags) noexcept,
     (folder, path, flags))
CALL("flock", SUBJECT(fd), flock, (int fd, int operation) noexcept, (fd, operation))
CALL("sync", SUBJECT(fd), fsync, (int fd), (fd))
CALL("sync", SUBJECT(fd), fdatasync, (int fd), (fd))
CALL("sync", SUBJECT(fd), sync_file_range, (int fd, off64_t at, off64_t size, unsigned int flags),
     (fd, at, size, flags))
CALL("allocate", SUBJECT(fd), ftruncate, (int fd, off_t size) noexcept, (fd, size))
CALL("mode", SUBJECT(fd), fchmod, (int fd, mode_t mode) noexcept, (fd, mode))
CALL("owner", SUBJECT(fd), fchown, (int fd, uid_t uid, gid_t gid) noexcept, (fd, uid, gid))
CALL("times", SUBJECT(fd), futimens, (int fd, const timespec times[2]) noexcept, (fd, times))
CALL("times", SUBJECT(folder, path), utimensat,
     (int folder, const char* path, const timespec times[2], int flags) noexcept,
     (folder, path, times, flags))
CALL("set_attribute", SUBJECT(fd), fsetxattr,
     (int fd, const char* name, const void* value, size_t size, int flags) noexcept,
     (fd, name, value, size, flags))
CALL("set_attribute", SUBJECT(fd), fremovexattr, (int fd, const char* name) noexcept, (fd, name))
#undef CALL

#define CALL(name, subject, function, parameters, arguments) \
  ssize_t function parameters {                              \
    NEXT(function);                                          \
    return fails(name, subject) ? -1 : real arguments;       \
  }
CALL("get_attribute", SUBJECT(fd), flistxattr, (int fd, char* out, size_t size) noexcept,
     (fd, out, size))
CALL("get_attribute", SUBJECT(fd), fgetxattr,
     (int fd, const char* name, void* out, size_t size) noexcept, (fd, name, out, size))
CALL("get_attribute", SUBJECT(-1, path), llistxattr,
     (const char* path, char* out, size_t size) noexcept, (path, out, size))
CALL("get_attribute", SUBJECT(-1, path), lgetxattr,
     (const char* path, const char* name, void* out, size_t size) noexcept, (path, name, out, size))
CALL("readlink", SUBJECT(folder, path), readlinkat,
     (int folder, const char* path, char* out, size_t size) noexcept, (folder, path, out, size))
#undef CALL

// Not looked up by dlsym(3), which allocates.
void* malloc(size_t size) noexcept {
  return judge("malloc", {}, true) == Verdict::fails ? nullptr : __libc_malloc(size);
}
void* calloc(size_t count, size_t size) noexcept {
  return judge("malloc", {}, true) == Verdict::fails ? nullptr : __libc_calloc(count, size);
}
void* realloc(void* old, size_t size) noexcept {
  return judge("malloc", {}, true) == Verdict::fails ? nullptr : __libc_realloc(old, size);
}
void* aligned_alloc(size_t alignment, size_t size) noexcept {
  return judge("malloc", {}, true) == Verdict::fails ? nullptr : __libc_memalign(alignment, size);
}
int posix_memalign(void** out, size_t alignment, size_t size) noexcept {
  *out = aligned_alloc(alignment, size);
  return *out ? 0 : ENOMEM;
}

}  // extern "C"
