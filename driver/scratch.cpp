#include "driver/scratch.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
#include <map>

#include "driver/guarded.h"
#include "driver/tree/open.h"
#include "driver/tree/paths.h"
#include "driver/tree/temporary_name.h"

namespace normalize {
namespace {

[[noreturn]] void fail(int error, const std::string& folder) {
  throw std::system_error(error, std::generic_category(),
                          "cannot keep what is too much for memory in " + folder);
}

Descriptor open_nameless(const std::string& folder) {
#ifdef O_TMPFILE
  Descriptor file = open_path(folder, O_TMPFILE | O_EXCL | O_RDWR, 0600);
  // The rest of the errors are those of a system, or file system, that knows no such files.
  if (file || errno == EACCES || errno == ENOENT || errno == EMFILE || errno == ENFILE) return file;
#endif
  const Descriptor place = open_path(folder, kPassThrough);
  if (!place) return {};
  for (;;) {
    const std::string name = make_temporary_name();
    Descriptor named = open_at(place.get(), name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0600);
    if (named) ::unlinkat(place.get(), name.c_str(), 0);
    if (named || errno != EEXIST) return named;
  }
}

std::size_t whole_pages(std::size_t size) {
  static const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  return (size + page - 1) / page * page;
}

}  // namespace

/// What is mapped at the moment: how many bytes, by address.
class Scratch::Maps {
 public:
  void put(void* address, std::size_t size) {
    maps_.with([&](Sizes& maps) { maps.insert_or_assign(address, size); });
  }
  void remove(void* address) {
    maps_.with([&](Sizes& maps) { maps.erase(address); });
  }
  void let_go() noexcept {
    // The pages stay where they are, in the system's cache; no longer ours, it may write them out
    // and use them for others.
    maps_.with([](const Sizes& maps) {
      for (const auto& [address, size] : maps) ::madvise(address, size, MADV_DONTNEED);
    });
  }

 private:
  using Sizes = std::map<void*, std::size_t>;
  Guarded<Sizes> maps_;
};

class Scratch::File final : public Storage::Region {
 public:
  File(Descriptor file, const std::string& folder, std::shared_ptr<Maps> maps)
      : file_(std::move(file)), folder_(folder), maps_(std::move(maps)) {}
  ~File() override { unmap(); }

  std::span<std::byte> bytes() override { return {static_cast<std::byte*>(address_), size_}; }

  void resize(std::size_t size) override {
    const std::size_t mapped = whole_pages(size);
    if (mapped > mapped_) {
      allocate(mapped);
      map(mapped);
    } else if (mapped < mapped_) {
      map(mapped);
      const auto length = static_cast<off_t>(mapped);
      if (uninterrupted([&] { return ::ftruncate(file_.get(), length); }) != 0)
        fail(errno, folder_);
    }
    size_ = size;
  }
  void settle() noexcept override { file_ = Descriptor(); }

 private:
  void allocate(std::size_t size) {
    int error = EOPNOTSUPP;
#if _POSIX_ADVISORY_INFO > 0  // OpenBSD has no posix_fallocate(3)
    do {
      error = ::posix_fallocate(file_.get(), static_cast<off_t>(mapped_),
                                static_cast<off_t>(size - mapped_));
    } while (error == EINTR);
#endif
    if (error == EOPNOTSUPP || error == EINVAL) error = write_zeros(size);
    if (error != 0) fail(error, folder_);
  }

  /// Where the C library, or the file system, leaves it to us.
  int write_zeros(std::size_t size) {
    const Bytes zeros(std::size_t{1} << 16);
    for (std::size_t at = mapped_; at < size;) {
      const ssize_t written = ::pwrite(file_.get(), zeros.data(), std::min(zeros.size(), size - at),
                                       static_cast<off_t>(at));
      if (written < 0 && errno != EINTR) return errno;
      if (written > 0) at += static_cast<std::size_t>(written);
    }
    return 0;
  }

  void map(std::size_t size) {
    if (size == 0) return unmap();
    void* const old = address_;
#ifdef __linux__
    if (old) {
      // Not in the list while it moves: what else is mapped in its place is nobody's to let go.
      maps_->remove(old);
      void* const moved = ::mremap(old, mapped_, size, MREMAP_MAYMOVE);
      const int error = errno;
      if (moved != MAP_FAILED) {
        address_ = moved;
        mapped_ = size;
      }
      maps_->put(address_, mapped_);
      if (moved == MAP_FAILED) fail(error, folder_);
      return;
    }
#endif
    void* const fresh = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, file_.get(), 0);
    if (fresh == MAP_FAILED) fail(errno, folder_);
    if (old) unmap();
    address_ = fresh;
    mapped_ = size;
    maps_->put(address_, mapped_);
  }

  void unmap() noexcept {
    if (!address_) return;
    maps_->remove(address_);
    ::munmap(address_, mapped_);
    address_ = nullptr;
    mapped_ = 0;
  }

  Descriptor file_;
  const std::string folder_;
  const std::shared_ptr<Maps> maps_;
  void* address_ = nullptr;
  std::size_t mapped_ = 0;  // the file's size as well
  std::size_t size_ = 0;
};

Scratch::Scratch(std::string folder)
    : folder_(std::move(folder)), maps_(std::make_shared<Maps>()) {}

std::string Scratch::default_folder() {
  const char* const folder = std::getenv("TMPDIR");
  return folder && *folder ? folder : "/var/tmp";
}

std::unique_ptr<Storage::Region> Scratch::region() {
  Descriptor file = open_nameless(folder_);
  if (!file) fail(errno, folder_);
  return std::make_unique<File>(std::move(file), folder_, maps_);
}

void Scratch::let_go() noexcept { maps_->let_go(); }

}  // namespace normalize
