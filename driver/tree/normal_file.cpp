#include "driver/tree/normal_file.h"

#include <vector>

namespace normalize {
namespace {

/// What is read at a time: more than this leaves the processor's cache before it is used.
constexpr std::size_t kPartBytes = std::size_t{256} << 10;

}  // namespace

NormalFile::NormalFile(const Descriptor& folder, const Entry& entry, std::string path,
                       const Rules& rules, const DiskNeighbours& neighbours, Services* services)
    : file_(open_as_walked(folder, entry, status_)),
      source_(file_.get(), static_cast<std::uint64_t>(status_.st_size)) {
  report_.path = std::move(path);
  if (entry.claimed)
    content_ = changed_content(file_.get(), source_, rules, neighbours, services, report_);
}

std::uint64_t NormalFile::size() const {
  return content_ ? content_->size() : static_cast<std::uint64_t>(status_.st_size);
}

Content NormalFile::content() { return content_ ? *content_ : Content::view(source_.all()); }

void NormalFile::read(const std::function<void(ByteView part)>& use) {
  if (!content_) {
    read_as_it_is(use);
  } else {
    for_each_part(*content_, [&](ByteView part) {
      use(part);
      return true;
    });
  }
  expect_unchanged();
}

void NormalFile::read_as_it_is(const std::function<void(ByteView part)>& use) {
  const std::uint64_t size = this->size();
  std::vector<std::byte> room(static_cast<std::size_t>(std::min<std::uint64_t>(size, kPartBytes)));
  for (std::uint64_t at = 0; at < size; at += room.size()) {
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(size - at, room.size()));
    if (source_.read(room.data(), wanted, at) != wanted) throw ChangedMeanwhile();
    use(ByteView(room).first(wanted));
  }
}

void NormalFile::expect_unchanged() const {
  struct stat now {};
  if (::fstat(file_.get(), &now) != 0) throw_errno("cannot look at it again");
  if (now.st_size != status_.st_size || mtime_of(now) != mtime_of(status_))
    throw ChangedMeanwhile();
}

}  // namespace normalize
