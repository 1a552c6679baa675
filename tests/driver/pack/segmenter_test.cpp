#include "driver/pack/segmenter.h"

#include <doctest/doctest.h>

#include <set>
#include <string>

#include "tests/support/words.h"

using namespace normalize;
using namespace normalize::test;

namespace {

constexpr CutRule kRule{CutRule::By::content, 8192, 32'768, 0};

struct Member {
  std::string name;
  Bytes bytes;
};

std::vector<Segment> cut(const std::vector<Member>& members, CutRule rule = kRule,
                         std::size_t part = 1'000'000) {
  std::vector<Segment> segments;
  Segmenter segmenter(rule, [&](Segment segment) { segments.push_back(std::move(segment)); });
  for (const Member& member : members) {
    segmenter.begin(member.name, member.bytes.size(), true);
    for (std::size_t at = 0; at < member.bytes.size(); at += part)
      segmenter.add(ByteView(member.bytes).subspan(at, std::min(part, member.bytes.size() - at)));
  }
  segmenter.finish();
  return segments;
}

std::string key(const Segment& segment) {
  return std::string(as_text(segment.bytes)) + std::to_string(segment.start);
}

/// How many segments of `after` are no segments of `before`.
std::size_t new_segments(const std::vector<Segment>& before, const std::vector<Segment>& after) {
  std::set<std::string> known;
  for (const Segment& segment : before) known.insert(key(segment));
  std::size_t count = 0;
  for (const Segment& segment : after) count += !known.contains(key(segment));
  return count;
}

std::vector<Member> many_members(std::size_t count, std::size_t bytes) {
  std::vector<Member> members;
  const Bytes text = words(count * bytes);
  for (std::size_t i = 0; i < count; ++i) {
    const auto first = text.begin() + static_cast<std::ptrdiff_t>(i * bytes);
    members.push_back({"folder/file-" + std::to_string(i),
                       Bytes(first, first + static_cast<std::ptrdiff_t>(bytes))});
  }
  return members;
}

}  // namespace

TEST_CASE("segments are the stream, each behind the bytes in front of it") {
  const std::vector<Member> members = many_members(300, 1500);
  Bytes stream, joined;
  for (const Member& member : members)
    stream.insert(stream.end(), member.bytes.begin(), member.bytes.end());
  for (const Segment& segment : cut(members)) {
    const std::size_t window = std::min<std::size_t>(joined.size(), kRule.window);
    REQUIRE(segment.start == window);
    CHECK(equal(ByteView(segment.bytes).first(window), ByteView(joined).last(window)));
    joined.insert(joined.end(), segment.own().begin(), segment.own().end());
  }
  CHECK(joined == stream);
}

TEST_CASE("cuts do not depend on how the bytes come") {
  const std::vector<Member> members{{"large", words(300'000)}, {"small", words(700)}};
  for (const CutRule rule : {kRule, CutRule{CutRule::By::size, 5000, 100, 0}}) {
    const std::vector<Segment> whole = cut(members, rule), in_parts = cut(members, rule, 77);
    CHECK(whole.size() > 20);
    CHECK(new_segments(whole, in_parts) == 0);
    CHECK(whole.size() == in_parts.size());
  }
}

TEST_CASE("a byte put into a large member makes few segments new") {
  std::vector<Member> members{{"large", words(2'000'000)}};
  const std::vector<Segment> before = cut(members);
  CHECK(before.size() > 150);
  members[0].bytes.insert(members[0].bytes.begin() + 1'000'000, std::byte{'!'});
  // The segment itself, and those that see it in their window, of half the mean at the least.
  CHECK(new_segments(before, cut(members)) <= 10);
}

TEST_CASE("a small member put in, taken out or renamed makes few segments new") {
  const std::vector<Member> members = many_members(2000, 1000);
  const std::vector<Segment> before = cut(members);
  CHECK(before.size() > 100);
  std::vector<Member> inserted = members, erased = members, renamed = members;
  inserted.insert(inserted.begin() + 999, {"folder/new", Bytes(1500)});
  erased.erase(erased.begin() + 999);
  renamed[999].name = "another";
  for (const auto& changed : {inserted, erased, renamed})
    CHECK(new_segments(before, cut(changed)) <= 12);
}

TEST_CASE("segments keep within their bounds") {
  for (const Segment& segment : cut({{"large", words(1'000'000)}}))
    CHECK(segment.own().size() <= 3 * kRule.size);
  for (const Segment& segment : cut(many_members(2000, 1000)))
    CHECK(segment.own().size() <= 4 * kRule.size);
}

TEST_CASE("large members of one byte, or of a short period, are cut too") {
  Bytes period(500'000);
  for (std::size_t i = 0; i < period.size(); ++i) period[i] = static_cast<std::byte>(i % 7);
  for (const Bytes& plain : {Bytes(500'000), period}) {
    const auto segments = cut({{"large", plain}});
    CHECK(segments.size() >= 500'000 / (3 * kRule.size));
    for (const Segment& segment : segments) CHECK(segment.own().size() <= 3 * kRule.size);
  }
}

TEST_CASE("the edges of a large member are segments by themselves") {
  constexpr CutRule kEdges{CutRule::By::content, 8192, 32'768, 1024};
  const Bytes text = words(100'000);
  const auto segments = cut({{"large", text}, {"small", words(3000)}}, kEdges);
  REQUIRE(segments.size() > 10);
  CHECK(segments.front().own().size() == 1024);
  CHECK(segments.end()[-2].own().size() == 1024);
  CHECK(segments.back().own().size() == 3000);

  Bytes other = text;
  other[10] = other[99'990] = std::byte{'!'};
  const auto changed = cut({{"large", other}, {"small", words(3000)}}, kEdges);
  REQUIRE(changed.size() == segments.size());
  std::size_t differing = 0;
  for (std::size_t i = 0; i < segments.size(); ++i)
    differing += !equal(changed[i].own(), segments[i].own());
  CHECK(differing == 2);
}

TEST_CASE("members go together by number where the rule says so") {
  const auto segments = cut(many_members(40, 100), {CutRule::By::members, 16, 0, 0});
  REQUIRE(segments.size() == 3);
  CHECK(segments[0].bytes.size() == 1600);
  CHECK(segments[2].bytes.size() == 800);
}
