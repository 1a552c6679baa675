#include "driver/cache/answers.h"

#include "normalizers/bytes/reader.h"
#include "normalizers/bytes/writer.h"

namespace normalize {
namespace {

void write_answer(Writer& out, const CacheAnswer& answer) {
  out.byte(answer.there);
  out.little_endian(static_cast<std::uint64_t>(answer.time_before));
  out.little_endian(static_cast<std::uint64_t>(answer.time_after));
  out.little_endian(static_cast<std::uint32_t>(answer.name.size()));
  out.text(answer.name);
}

CacheAnswer read_answer(Reader& in) {
  CacheAnswer answer;
  answer.there = in.byte("whether it is there") != 0;
  answer.time_before = static_cast<std::int64_t>(in.little_endian<std::uint64_t>("time before"));
  answer.time_after = static_cast<std::int64_t>(in.little_endian<std::uint64_t>("time after"));
  const auto size = in.little_endian<std::uint32_t>("size of the name");
  answer.name = as_text(in.take(size, "name"));
  return answer;
}

}  // namespace

Bytes write_answers(const CacheAnswers& answers) {
  Writer out;
  for (const auto& [key, told] : answers) {
    out.little_endian(key.device);
    out.little_endian(key.inode);
    out.little_endian(key.path);
    out.little_endian(static_cast<std::uint32_t>(told.size()));
    for (const CacheAnswer& answer : told) write_answer(out, answer);
  }
  return std::move(out).finish().to_bytes();
}

CacheAnswers read_answers(ByteView bytes) {
  CacheAnswers answers;
  for (Reader in(bytes); in.remaining() > 0;) {
    CacheKey key;
    key.device = in.little_endian<std::uint64_t>("device");
    key.inode = in.little_endian<std::uint64_t>("inode");
    key.path = in.little_endian<std::uint64_t>("path");
    std::vector<CacheAnswer> told;
    // Each takes bytes of the file, so their number needs no other bound.
    for (auto left = in.little_endian<std::uint32_t>("number of answers"); left > 0; --left)
      told.push_back(read_answer(in));
    answers.insert_or_assign(answers.end(), key, std::move(told));
  }
  return answers;
}

}  // namespace normalize
