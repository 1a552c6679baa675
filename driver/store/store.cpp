#include "driver/store/store.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <algorithm>

#include "driver/standard_streams.h"
#include "driver/store/build_info.h"
#include "driver/tree/temporary_name.h"
#include "driver/usage_error.h"
#include "normalizers/error.h"

namespace normalize::store {
namespace {

constexpr std::string_view kFormatStart = "normalize store ";
constexpr unsigned kVersion = 1;
constexpr const char* kFormat = "format";
constexpr std::size_t kMostNameBytes = 200;

std::string format_text() { return std::string(kFormatStart) + std::to_string(kVersion) + "\n"; }

Descriptor open_folder(const Descriptor& in, const char* name) {
  Descriptor folder = open_at(in.get(), name, O_RDONLY | O_DIRECTORY);
  if (!folder) throw_errno(std::string("cannot open ") + name + " in the store");
  return folder;
}

void make_folder(const Descriptor& in, const char* name) {
  if (::mkdirat(in.get(), name, 0777) != 0) throw_errno(std::string("cannot make ") + name);
}

void make_file(const Descriptor& in, const char* name) {
  const Descriptor file = open_at(in.get(), name, O_WRONLY | O_CREAT | O_EXCL, 0666);
  if (!file || uninterrupted([&] { return ::fsync(file.get()); }) != 0)
    throw_errno(std::string("cannot make ") + name);
}

std::string read_text(const Descriptor& in, const std::string& name) {
  const Descriptor file = open_at(in.get(), name, O_RDONLY | O_NOFOLLOW);
  if (!file) throw_errno(name);
  std::string text(4096, '\0');  // more than any of these has
  std::size_t size = 0;
  while (size < text.size()) {
    const ssize_t count = ::read(file.get(), text.data() + size, text.size() - size);
    if (count < 0 && errno != EINTR) throw_errno(name);
    if (count == 0) break;
    if (count > 0) size += static_cast<std::size_t>(count);
  }
  text.resize(size);
  return text;
}

}  // namespace

void Store::create(const std::string& path) {
  if (::mkdir(path.c_str(), 0777) != 0 && errno != EEXIST) throw_errno(path);
  const Descriptor folder = open_at(AT_FDCWD, path, O_RDONLY | O_DIRECTORY);
  if (!folder) throw_errno(path);
  if (!names_in(folder).empty()) throw UsageError(path + ": is not empty");
  make_folder(folder, "bundles");
  make_folder(folder, "builds");
  make_file(folder, "lock");
  make_file(folder, "readers");
  DurableFile format(folder);
  format.write(as_bytes(format_text()));
  format.commit(kFormat);
}

Store::Store(const std::string& path, Access access) : path_(path) {
  folder_ = open_at(AT_FDCWD, path, O_RDONLY | O_DIRECTORY);
  if (!folder_) throw_errno(path);
  check_format();
  bundles_ = open_folder(folder_, "bundles");
  builds_ = open_folder(folder_, "builds");
  if (access == Access::read) {
    take_lock("readers", LOCK_SH);
  } else {
    take_lock("lock", LOCK_EX);
    remove_leftovers();
  }
}

void Store::check_format() const {
  std::string text;
  try {
    text = read_text(folder_, kFormat);
  } catch (const std::system_error&) {
    throw UsageError(path_ + ": is no store (normalize store init makes one)");
  }
  if (text == format_text()) return;
  if (!text.starts_with(kFormatStart)) throw DamageError(path_ + ": format: is not a store's");
  const std::string version =
      text.substr(kFormatStart.size(), text.find('\n') - kFormatStart.size());
  throw DamageError(path_ + ": is a store of version " + version + "; this program knows version " +
                    std::to_string(kVersion));
}

void Store::take_lock(const char* name, int operation) {
  Descriptor file = open_at(folder_.get(), name, O_RDONLY);
  if (!file) throw_errno(path_ + ": " + name);
  while (::flock(file.get(), operation) != 0)
    if (errno != EINTR) throw_errno(path_ + ": cannot lock the store");
  (operation == LOCK_EX && lock_ ? kept_out_ : lock_) = std::move(file);
}

void Store::keep_readers_out() { take_lock("readers", LOCK_EX); }

/// What a writer that was killed has left: there is no other writer now.
void Store::remove_leftovers() const {
  for (const Descriptor* folder : {&bundles_, &builds_}) {
    const Descriptor& opened = *folder;
    for (const std::string& name : temporaries_in(opened))
      ::unlinkat(opened.get(), name.c_str(), 0);
  }
}

const Catalogue& Store::catalogue() {
  if (!catalogue_) catalogue_ = std::make_unique<Catalogue>(bundles_);
  return *catalogue_;
}

ObjectReader& Store::objects() {
  if (!objects_) objects_ = std::make_unique<ObjectReader>(catalogue());
  return *objects_;
}

BuildInfo Store::read_info(const std::string& name) const {
  return parse_info(name, read_text(builds_, name));
}

std::vector<BuildInfo> Store::builds(std::vector<std::string>* damages) const {
  std::vector<BuildInfo> builds;
  for (const std::string& name : names_in(builds_)) {
    try {
      builds.push_back(read_info(name));
    } catch (const DamageError& error) {
      if (!damages) throw;
      damages->emplace_back(error.what());
    }
  }
  std::ranges::sort(builds, {}, &BuildInfo::sequence);
  return builds;
}

bool Store::has_build(const std::string& name) const {
  return ::faccessat(builds_.get(), name.c_str(), F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

BuildInfo Store::build(const std::string& name) const {
  check_name(name);
  if (!has_build(name)) throw UsageError(name + ": there is no build of that name");
  return read_info(name);
}

Build Store::read(const BuildInfo& info) {
  std::string text;
  try {
    objects().read(info.list, [&](ByteView part) { text += as_text(part); });
    return parse_build(text);
  } catch (const FormatError& error) {
    throw DamageError("build " + info.name + ": " + error.what());
  } catch (const DamageError& error) {
    throw DamageError("build " + info.name + ": " + error.what());
  }
}

void Store::add_build(const BuildInfo& info) {
  DurableFile file(builds_);
  file.write(as_bytes(info_text(info)));
  file.commit(info.name);
}

void Store::drop_build(const std::string& name) {
  if (::unlinkat(builds_.get(), name.c_str(), 0) != 0) throw_errno(name);
  flush_folder(builds_);
}

void Store::check_name(const std::string& name) {
  const bool is_printable = std::ranges::all_of(
      name, [](char c) { return static_cast<unsigned char>(c) > ' ' && c != '\x7f' && c != '/'; });
  if (name.empty() || name.size() > kMostNameBytes || name.front() == '.' || !is_printable)
    throw UsageError("\"" + name + "\": a build is named by up to " +
                     std::to_string(kMostNameBytes) +
                     " characters without blanks and slashes, the first of them no dot");
}

}  // namespace normalize::store
