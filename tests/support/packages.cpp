#include "tests/support/packages.h"

#include <doctest/doctest.h>
#include <zlib.h>

#include <algorithm>

#include "tests/support/tree.h"

namespace normalize::test {

std::string listed_truly(std::string_view kind, const Bytes& package) {
  const TempTree tree;
  const auto path = tree.file("package", package);
  const auto script = data_folder() / "../support/package/check_lists.py";
  const CommandResult result = run_command("python3 " + shell_word(script.string()) + " " +
                                           std::string(kind) + " " + shell_word(path.string()));
  INFO(result.output);
  CHECK(result.status == 0);
  return result.status == 0 ? result.output : "";
}

std::string member_text(const Bytes& package, std::string_view member) {
  const TempTree tree;
  const auto path = tree.file("package", package);
  return run_command("bsdtar xOf " + shell_word(path.string()) + " " + shell_word(member)).output;
}

Bytes with(Bytes package, std::string_view before, std::string_view after) {
  REQUIRE(before.size() == after.size());
  const std::size_t at = as_text(package).find(before);
  REQUIRE(at != std::string_view::npos);
  std::ranges::copy(as_bytes(after), package.begin() + static_cast<std::ptrdiff_t>(at));
  return package;
}

void check_stays(const Bytes& package, std::string_view why) {
  CAPTURE(why);
  const Outcome outcome = run(package, "package");
  CHECK(outcome.outcome == Result::Outcome::damaged);
  CHECK(outcome.bytes == package);
  CHECK(outcome.remarked(why));
}

std::vector<GzipMember> gzip_members(const Bytes& file) {
  constexpr std::size_t kHeaderBytes = 10, kTrailerBytes = 8;
  std::vector<GzipMember> members;
  for (std::size_t at = 0; at < file.size();) {
    at += kHeaderBytes;
    z_stream stream{};
    REQUIRE(inflateInit2(&stream, -15) == Z_OK);
    GzipMember member;
    member.payload.resize(std::size_t{1} << 20);
    stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(file.data() + at));
    stream.avail_in = static_cast<uInt>(file.size() - at);
    stream.next_out = reinterpret_cast<Bytef*>(member.payload.data());
    stream.avail_out = static_cast<uInt>(member.payload.size());
    REQUIRE(inflate(&stream, Z_FINISH) == Z_STREAM_END);
    member.payload.resize(stream.total_out);
    member.packed.assign(file.begin() + static_cast<std::ptrdiff_t>(at),
                         file.begin() + static_cast<std::ptrdiff_t>(at + stream.total_in));
    at += stream.total_in + kTrailerBytes;
    inflateEnd(&stream);
    members.push_back(std::move(member));
  }
  return members;
}

}  // namespace normalize::test
