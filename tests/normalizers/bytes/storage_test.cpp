// What is too much for memory is kept in storage, and is the same bytes there.

#include "normalizers/bytes/storage.h"

#include <doctest/doctest.h>

#include <atomic>
#include <thread>

#include "normalizers/bytes/writer.h"
#include "tests/support/bytes.h"

using namespace normalize;
using test::bytes;

namespace {

constexpr std::size_t kMebibyte = std::size_t{1} << 20;

/// Storage that is memory, and says what is asked of it. Every resize moves the bytes.
class Observed final : public Storage {
 public:
  explicit Observed(std::size_t most_in_memory) { use_storage(this, most_in_memory); }
  ~Observed() override { use_storage(nullptr); }

  std::unique_ptr<Region> region() override {
    ++regions;
    return std::make_unique<Part>(*this);
  }
  void let_go() noexcept override { ++times_let_go; }

  std::atomic<int> regions = 0, settled = 0, times_let_go = 0;
  std::atomic<std::size_t> stored = 0, most_room = SIZE_MAX;

 private:
  struct Part final : Region {
    explicit Part(Observed& observed) : all(observed) {}
    ~Part() override { all.stored -= held.size(); }
    std::span<std::byte> bytes() override { return held; }
    void resize(std::size_t size) override {
      if (size > all.most_room)
        throw std::system_error(std::make_error_code(std::errc::no_space_on_device));
      Bytes moved(size, std::byte{0xee});
      std::copy_n(held.begin(), std::min(size, held.size()), moved.begin());
      all.stored += size - held.size();
      held.swap(moved);
    }
    void settle() noexcept override { ++all.settled; }
    Observed& all;
    Bytes held;
  };
};

/// In a thread of its own, whose share of regions goes with it.
template <typename Work>
void apart(Work work) {
  std::thread(work).join();
}

Bytes counted(std::size_t size) {
  Bytes made(size);
  for (std::size_t i = 0; i < size; ++i) made[i] = static_cast<std::byte>(i * 2'654'435'761 >> 24);
  return made;
}

}  // namespace

TEST_CASE(
    "a buffer is in memory while that reaches, in storage from there on, and the same bytes") {
  Observed storage(2 * kMebibyte);
  const Bytes expected = counted(5 * kMebibyte);
  Buffer buffer;
  for (std::size_t at = 0; at < expected.size(); at += 50'000)
    buffer.append(
        ByteView(expected).subspan(at, std::min(expected.size() - at, std::size_t{50'000})));
  CHECK(storage.regions == 1);
  CHECK(buffer == expected);
  const Content content = Content::own(std::move(buffer));
  CHECK(content == expected);
  CHECK(storage.settled == 1);
  CHECK(storage.stored == expected.size());

  const Buffer small(ByteView(expected).first(kMebibyte));
  CHECK_FALSE(small.is_stored());
}

TEST_CASE("buffers of all threads count together, and what is gone counts no longer") {
  Observed storage(3 * kMebibyte);
  for (int i = 0; i < 5; ++i) CHECK_FALSE(Buffer(Bytes(2 * kMebibyte)).is_stored());
  const Buffer first(Bytes(2 * kMebibyte));
  apart([] { CHECK(Buffer(Bytes(2 * kMebibyte)).is_stored()); });
  CHECK(storage.stored == 0);
}

TEST_CASE("many small contents share a region where memory is full, and give it back together") {
  Observed storage(kMebibyte);
  apart([&] {
    std::vector<Content> contents;
    std::vector<Bytes> expected;
    for (std::size_t i = 0; i < 3000; ++i) {
      expected.push_back(counted(500 + i));
      contents.push_back(i % 2 ? Content::own(expected.back())
                               : Content::own(Buffer(expected.back())));
    }
    bool same = true;
    for (std::size_t i = 0; i < contents.size(); ++i) same = same && contents[i] == expected[i];
    CHECK(same);
    CHECK(storage.regions == 1);
  });
  CHECK(storage.stored == 0);
}

TEST_CASE("what a writer copies goes to storage where memory is full") {
  Observed storage(kMebibyte);
  apart([&] {
    const Bytes line = counted(100);
    Writer out;
    for (int i = 0; i < 50'000; ++i) out.bytes(line);
    const Content content = std::move(out).finish();
    CHECK(storage.regions > 0);
    bool same = content.size() == 5'000'000;
    for (std::uint64_t at = 0; same && at < content.size(); at += 100)
      same = content.slice(at, 100) == line;
    CHECK(same);
  });
  CHECK(storage.stored == 0);
}

TEST_CASE("where there is no storage left, a buffer stays what it was") {
  Observed storage(kMebibyte);
  storage.most_room = 3 * kMebibyte;
  const Bytes expected = counted(2 * kMebibyte);
  Buffer buffer{expected};
  REQUIRE(buffer.is_stored());
  CHECK_THROWS_AS(buffer.grow(2 * kMebibyte), std::system_error);
  CHECK(buffer == expected);
}

TEST_CASE("storage is told to let go now and then, while somebody goes through much") {
  Observed storage(kMebibyte);
  const Content content = Content::own(Bytes(100 * kMebibyte));
  std::size_t seen = 0;
  for_each_part(content, [&](ByteView part) {
    seen += part.size();
    return true;
  });
  CHECK(seen == content.size());
  CHECK(storage.times_let_go >= 2);
}
