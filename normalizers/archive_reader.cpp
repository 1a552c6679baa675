#include "normalizers/archive_reader.h"

#include <algorithm>
#include <cerrno>
#include <new>

namespace normalize {
namespace {

constexpr std::size_t kMostAtOnce = std::size_t{4} << 20;

std::string text_or_empty(const char* text) { return text ? text : ""; }

}  // namespace

ArchiveReader::Input::Input(const Content& content) {
  for (const Content::Piece& piece : content.pieces()) {
    starts_.push_back(size_);
    pieces_.push_back(piece.bytes);
    size_ += static_cast<std::int64_t>(piece.bytes.size());
  }
}

ByteView ArchiveReader::Input::next() {
  if (position_ >= size_) return {};
  const auto after = std::ranges::upper_bound(starts_, position_);
  const auto index = static_cast<std::size_t>(after - starts_.begin()) - 1;
  const ByteView left =
      pieces_[index].subspan(static_cast<std::size_t>(position_ - starts_[index]));
  const ByteView run = left.first(std::min(left.size(), kMostAtOnce));
  position_ += static_cast<std::int64_t>(run.size());
  passed_over(run.size());
  return run;
}

std::int64_t ArchiveReader::Input::skip(std::int64_t count) {
  const std::int64_t skipped = std::clamp<std::int64_t>(count, 0, size_ - position_);
  position_ += skipped;
  return skipped;
}

std::int64_t ArchiveReader::Input::seek(std::int64_t offset, int whence) {
  const std::int64_t from = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? position_ : size_;
  const std::int64_t target = from + offset;
  if (target < 0 || target > size_) return ARCHIVE_FATAL;
  return position_ = target;
}

ArchiveReader::ArchiveReader(const Content& content, const std::function<void(archive*)>& support)
    : input_(content), reader_(archive_read_new()) {
  archive* const a = reader_.get();
  if (!a) throw std::bad_alloc();
  support(a);
  if (archive_read_set_callback_data(a, &input_) != ARCHIVE_OK) throw std::bad_alloc();
  archive_read_set_read_callback(a, [](archive*, void* input, const void** out) -> la_ssize_t {
    const ByteView run = static_cast<Input*>(input)->next();
    *out = run.data();
    return static_cast<la_ssize_t>(run.size());
  });
  archive_read_set_skip_callback(a, [](archive*, void* input, la_int64_t count) {
    return static_cast<Input*>(input)->skip(count);
  });
  archive_read_set_seek_callback(a, [](archive*, void* input, la_int64_t offset, int whence) {
    return static_cast<Input*>(input)->seek(offset, whence);
  });
  if (archive_read_open1(a) != ARCHIVE_OK) fail();
}

archive_entry* ArchiveReader::next() {
  archive_entry* entry = nullptr;
  const int status = archive_read_next_header(reader_.get(), &entry);
  if (status == ARCHIVE_EOF) return nullptr;
  if (status < ARCHIVE_WARN) fail();
  return entry;
}

void ArchiveReader::read_data(const std::function<void(ByteView, std::uint64_t)>& use) {
  for (;;) {
    const void* block = nullptr;
    std::size_t size = 0;
    la_int64_t offset = 0;
    const int status = archive_read_data_block(reader_.get(), &block, &size, &offset);
    if (status == ARCHIVE_EOF) return;
    if (status < ARCHIVE_WARN) fail();
    if (size > 0)
      use(ByteView(static_cast<const std::byte*>(block), size), static_cast<std::uint64_t>(offset));
  }
}

std::string ArchiveReader::name_of(archive_entry* entry) {
  // In the C locale, which we never leave, a name that is not ASCII may have no narrow form.
  const char* narrow = archive_entry_pathname(entry);
  return text_or_empty(narrow ? narrow : archive_entry_pathname_utf8(entry));
}

void ArchiveReader::fail() const {
  const std::string text = text_or_empty(archive_error_string(reader_.get()));
  // Nothing is wrong with the archive then, and nothing has been found to be right; but where
  // libarchive would not even ask for the memory ("Rejecting malformed cpio archive").
  const bool no_memory = archive_errno(reader_.get()) == ENOMEM && !text.starts_with("Rejecting");
  if (no_memory) throw std::bad_alloc();
  throw Unreadable(text);
}

}  // namespace normalize
