#include "driver/wrap/workshop.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "driver/tree/attributes.h"
#include "driver/tree/flush.h"
#include "driver/tree/open.h"
#include "driver/tree/temporary_name.h"

namespace normalize::wrap {
namespace {

namespace fs = std::filesystem;

bool is_same_file(const std::string& a, const std::string& b) {
  struct stat of_a {
  }, of_b{};
  return ::stat(a.c_str(), &of_a) == 0 && ::stat(b.c_str(), &of_b) == 0 &&
         identity_of(of_a) == identity_of(of_b);
}

/// With all that it is besides its bytes.
void copy(const std::string& from, const std::string& to) {
  fs::copy_file(from, to);
  const Descriptor original(::open(from.c_str(), O_RDONLY | O_CLOEXEC));
  const Descriptor made(::open(to.c_str(), O_WRONLY | O_CLOEXEC));
  struct stat status {};
  if (!original || !made || ::fstat(original.get(), &status) != 0) throw_errno(from);
  copy_attributes(original.get(), status, made.get(), mtime_of(status));
}

}  // namespace

Workshop::Workshop(const std::string& folder)
    : folder_(folder), path_(folder + "/" + make_temporary_name()) {
  if (::mkdir(path_.c_str(), 0700) != 0) throw_errno(path_ + ": cannot make a folder");
}

Workshop::~Workshop() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

std::string Workshop::inside(const std::string& package) const {
  return path_ + package.substr(package.rfind('/'));
}

std::string Workshop::outside(const std::string& inside) const {
  return folder_ + inside.substr(inside.rfind('/'));
}

void Workshop::bring(const std::string& package) {
  const std::string name = inside(package);
  // Not every file system has links, and not every file may be linked by everybody.
  if (::link(package.c_str(), name.c_str()) != 0) copy(package, name);
}

void Workshop::take(const std::string& package) {
  if (::rename(package.c_str(), inside(package).c_str()) != 0) throw_errno(package);
}

void Workshop::put_back(const std::string& package) {
  if (::rename(inside(package).c_str(), package.c_str()) != 0) throw_errno(package);
}

void Workshop::make_own(const std::string& package) {
  const std::string name = inside(package);
  if (!is_same_file(package, name)) return;
  if (::unlink(name.c_str()) != 0) throw_errno(name);
  copy(package, name);
}

std::vector<std::string> Workshop::names() const {
  std::vector<std::string> names;
  for (const fs::directory_entry& entry : fs::directory_iterator(path_))
    if (entry.is_regular_file()) names.push_back(entry.path().string());
  return names;
}

void Workshop::deliver() {
  for (const std::string& name : names()) {
    const std::string target = outside(name);
    if (is_same_file(name, target)) continue;
    const Descriptor file(::open(name.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file) throw_errno(name);
    flush_before_rename(file.get());
    if (::rename(name.c_str(), target.c_str()) != 0) throw_errno(target + ": cannot replace");
  }
}

}  // namespace normalize::wrap
