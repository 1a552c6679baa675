// FreeBSD's capability mode, capsicum(4), made of Linux's seccomp(2) and openat2(2): a program with
// this in place of driver/sandbox/sandbox.cpp is refused what cap_enter(2) refuses, by the list of
// sys/kern/capabilities.conf: whatever takes a path but below an open folder, and there no way up
// or to a link's end elsewhere, other programs, other processes, and sockets by name. Extended
// attributes are left out, which Linux gives by path alone.

#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/openat2.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "driver/sandbox/sandbox.h"
#include "driver/tree/paths.h"

namespace {

bool is_confined = false;

}  // namespace

/// As capability mode opens: beneath the folder. The call itself is refused.
extern "C" int openat(int folder, const char* path, int flags, ...) {
  mode_t mode = 0;
  if ((flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE) {
    va_list rest;
    va_start(rest, flags);
    mode = va_arg(rest, mode_t);
    va_end(rest);
  }
  if (!is_confined) return static_cast<int>(::syscall(SYS_openat, folder, path, flags, mode));
  open_how how{};
  how.flags = static_cast<decltype(how.flags)>(flags);
  how.mode = mode;
  how.resolve = RESOLVE_BENEATH;
  return static_cast<int>(::syscall(SYS_openat2, folder, path, &how, sizeof how));
}

namespace normalize {
namespace {

/// As rarely an answer of the file system as ECAPMODE is.
constexpr int kRefusal = EL3HLT;

/// Refused in any case.
constexpr long kRefused[] = {
#ifdef __x86_64__
    SYS_open,    SYS_creat,    SYS_stat,     SYS_lstat,    SYS_access,    SYS_unlink,
    SYS_rename,  SYS_mkdir,    SYS_rmdir,    SYS_link,     SYS_chmod,     SYS_chown,
    SYS_lchown,  SYS_utime,    SYS_readlink, SYS_symlink,  SYS_utimes,    SYS_mknod,
#endif
    SYS_openat,  SYS_truncate, SYS_chdir,    SYS_fchdir,   SYS_getcwd,    SYS_statfs,
    SYS_chroot,  SYS_mount,    SYS_execve,   SYS_execveat, SYS_wait4,     SYS_waitid,
    SYS_setpgid, SYS_ptrace,   SYS_bind,     SYS_connect,  SYS_pidfd_open};

/// Refused where the argument of that number is the working folder.
struct ByFolder {
  long call;
  unsigned argument = 0;
};
constexpr ByFolder kByFolder[] = {
    {SYS_openat2},      {SYS_newfstatat},  {SYS_statx},     {SYS_unlinkat},     {SYS_renameat2},
    {SYS_renameat2, 2},
#ifdef SYS_renameat
    {SYS_renameat},     {SYS_renameat, 2},
#endif
    {SYS_mkdirat},      {SYS_linkat},      {SYS_linkat, 2}, {SYS_symlinkat, 1}, {SYS_readlinkat},
    {SYS_fchmodat},     {SYS_fchownat},    {SYS_utimensat}, {SYS_faccessat},    {SYS_mknodat}};

constexpr unsigned kNumber = offsetof(seccomp_data, nr);
/// The low half of an argument, on these machines.
constexpr unsigned argument(unsigned number) {
  return static_cast<unsigned>(offsetof(seccomp_data, args) + number * sizeof(std::uint64_t));
}

sock_filter load(unsigned at) { return BPF_STMT(BPF_LD | BPF_W | BPF_ABS, at); }
sock_filter answer(unsigned what) { return BPF_STMT(BPF_RET | BPF_K, what); }
/// Passes over the next `count` where it is not `value`.
sock_filter unless(unsigned value, unsigned char count) {
  return BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, count);
}
sock_filter refuse() { return answer(SECCOMP_RET_ERRNO | kRefusal); }

using Filter = std::vector<sock_filter>;

void refuse(Filter& filter, long call) {
  filter.insert(filter.end(), {load(kNumber), unless(static_cast<unsigned>(call), 1), refuse()});
}

void refuse_by_working_folder(Filter& filter, const ByFolder& each) {
  filter.insert(filter.end(), {load(kNumber), unless(static_cast<unsigned>(each.call), 3),
                               load(argument(each.argument)),
                               unless(static_cast<unsigned>(AT_FDCWD), 1), refuse()});
}

/// To itself alone.
void refuse_signals(Filter& filter) {
  filter.insert(
      filter.end(),
      {load(kNumber), unless(SYS_kill, 3), load(argument(0)),
       BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<unsigned>(::getpid()), 1, 0), refuse()});
}

Filter capability_mode() {
  Filter filter;
  for (const long call : kRefused) refuse(filter, call);
  for (const ByFolder& each : kByFolder) refuse_by_working_folder(filter, each);
  refuse_signals(filter);
  filter.push_back(answer(SECCOMP_RET_ALLOW));
  return filter;
}

bool enter() {
  Filter filter = capability_mode();
  const sock_fprog program{static_cast<unsigned short>(filter.size()), filter.data()};
  is_confined = ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
                ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
  return is_confined;
}

void expect(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "capability mode lets through: %s\n", what);
  std::abort();
}

void expect_refusal(long result, const char* what) {
  expect(result == -1 && errno == kRefusal, what);
}

/// What follows means nothing if this does not hold.
void expect_refusals(int folder) {
  struct stat status {};
  expect_refusal(::open("/etc/passwd", O_RDONLY), "open");
  expect_refusal(::openat(AT_FDCWD, "/etc/passwd", O_RDONLY), "openat from the working folder");
  expect_refusal(::stat("/", &status), "stat");
  expect_refusal(::access("/", F_OK), "access");
  expect_refusal(::unlink("/nonexistent/file"), "unlink");
  expect_refusal(::rename("/nonexistent/file", "/nonexistent/other"), "rename");
  expect_refusal(::chdir("/"), "chdir");
  expect_refusal(::execl("/bin/true", "true", nullptr), "execve");
  expect_refusal(::kill(::getppid(), 0), "kill");
  expect(::kill(::getpid(), 0) == 0, "no signal to itself");
  expect_refusal(::waitpid(-1, nullptr, WNOHANG), "wait4");
  const sockaddr_un name{AF_UNIX, "/nonexistent/socket"};
  const int socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
  const auto* const address = reinterpret_cast<const sockaddr*>(&name);
  expect_refusal(::connect(socket, address, sizeof name), "connect");
  expect_refusal(::bind(socket, address, sizeof name), "bind");
  ::close(socket);
  expect(::openat(folder, "..", O_RDONLY) == -1 && errno == EXDEV, "the folder above");
  expect(::openat(folder, "/etc/passwd", O_RDONLY) == -1 && errno == EXDEV, "an absolute path");
}

}  // namespace

std::string sandbox_name() { return "capability mode"; }

bool confined_sees_paths() { return false; }

bool confine(const Access& access) {
  int folder = -1;
  for (const auto* paths : {&access.write, &access.read})
    for (const std::string& path : *paths)
      for (const int held : hold_path(path)) folder = held;
  if (!enter()) return false;
  expect_refusals(folder);
  return true;
}

}  // namespace normalize
