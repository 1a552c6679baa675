#include <doctest/doctest.h>

#include "normalizers/bytes/checksum.h"
#include "normalizers/bytes/writer.h"
#include "normalizers/codec/deflate.h"
#include "tests/support/bytes.h"
#include "tests/support/tree.h"

using namespace normalize;
using namespace normalize::test;
using namespace std::literals;

namespace {

std::string chunk(std::string_view type, std::string_view data) {
  Writer out;
  out.big_endian(static_cast<std::uint32_t>(data.size()));
  out.text(type);
  out.text(data);
  out.big_endian(crc32(as_bytes(data), crc32(as_bytes(type))));
  return std::string(as_text(std::move(out).finish().to_bytes()));
}

/// A PNG of one pixel around `chunks`.
Bytes png(std::string_view chunks, std::string_view tail = "") {
  const auto start = "\x89PNG\r\n\x1a\n"s + chunk("IHDR", "\0\0\0\1\0\0\0\1\x08\0\0\0\0"sv);
  const auto pixel = chunk("IDAT", "\x78\x9c\x63\x60\0\0\0\2\0\1"sv);
  return bytes(start + std::string(chunks) + pixel + chunk("IEND", "") + std::string(tail));
}

std::string zlib(std::string_view text) {
  Writer out;
  out.text("\x78\x9c");
  out.bytes(deflate(Content::view(as_bytes(text)), {}));
  out.big_endian(adler32(as_bytes(text)));
  return std::string(as_text(std::move(out).finish().to_bytes()));
}

constexpr auto kLateTime = "\x07\xea\x0b\x15\x0a\x0b\x0c"sv;   // 2026-11-21T10:11:12
constexpr auto kEpochTime = "\x07\xe8\x01\x02\x03\x04\x05"sv;  // 2024-01-02T03:04:05
constexpr auto kOldTime = "\x07\xd0\x01\x02\x03\x04\x05"sv;    // 2000-01-02T03:04:05

std::string text(std::string_view keyword, std::string_view value) {
  return chunk("tEXt", std::string(keyword) + '\0' + std::string(value));
}

/// `tags` with one date each, in a big-endian TIFF: DateTimeOriginal, sub-seconds, offset.
std::string exif(std::string_view date, std::string_view fraction, std::string_view offset) {
  return "MM\0\x2a\0\0\0\x08"
         "\0\1\x87\x69\0\4\0\0\0\1\0\0\0\x1a\0\0\0\0"
         "\0\3\x90\x03\0\2\0\0\0\x14\0\0\0\x44\x90\x11\0\2\0\0\0\7\0\0\0\x58"
         "\x92\x91\0\2\0\0\0\4"s +
         std::string(fraction) + "\0\0\0\0"s + std::string(date) + '\0' + std::string(offset) +
         '\0';
}

}  // namespace

TEST_CASE("png: tIME later than the epoch is lowered to it, an older one stays") {
  CHECK(normal(png(chunk("tIME", kLateTime))) == png(chunk("tIME", kEpochTime)));
  CHECK(normal(png(chunk("tIME", kOldTime))) == png(chunk("tIME", kOldTime)));
}

TEST_CASE("png: tIME and textual dates are dropped without an epoch, nothing else is") {
  const std::string other = text("Title", "2026-11-21");
  const std::string noise = chunk("tIME", kOldTime) + text("date:create", "2000-01-01T00:00:00Z") +
                            text("Creation Time", "Tue, 2 Jan 2024 03:04:05 GMT");
  CHECK(normal(png(noise + other), "a.png", Rules{}) == png(other));
}

TEST_CASE("png: a tIME that is no date is dropped, and one of a wrong length refused") {
  CHECK(normal(png(chunk("tIME", "\0\0\0\0\0\0\0"sv))) == png(""));
  const Outcome outcome = run(png(chunk("tIME", "\7\xea\1"sv)));
  CHECK(outcome.outcome == Result::Outcome::damaged);
  CHECK(outcome.remarked("tIME needs 1 bytes, 0 are left"));
}

TEST_CASE("png: text dates are lowered in their own way of writing, in all three kinds of chunk") {
  const auto date = "2030-12-31T23:59:59+01:00"sv, clamped = "2024-01-02T03:04:05+00:00"sv;
  for (const std::string_view keyword : {"date:create", "date:modify", "date:timestamp"})
    CHECK(normal(png(text(keyword, date))) == png(text(keyword, clamped)));
  const auto packed = [](std::string_view value) {
    return png(chunk("zTXt", "Creation Time\0\0"s + zlib(value)) +
               chunk("iTXt", "Creation Time\0\1\0en\0Zeit\0"s + zlib(value)) +
               chunk("iTXt", "Creation Time\0\0\0en\0Zeit\0"s + std::string(value)));
  };
  CHECK(normal(packed(date)) == packed(clamped));
  CHECK(normal(packed(clamped)) == packed(clamped));
}

TEST_CASE("png: a text date that nobody can read is dropped") {
  CHECK(normal(png(text("Creation Time", "a rainy Sunday"))) == png(""));
}

TEST_CASE("png: a date in Software is dropped in strict alone") {
  const Bytes file = png(text("Software", "ImageMagick 6.9.7-4 Q16 x86_64 20170114"));
  CHECK(normal(file) == file);
  CHECK(normal(file, "f", strict_rules()) == png(""));
  const Bytes plain = png(text("Software", "gnome-screenshot"));
  CHECK(normal(plain, "f", strict_rules()) == plain);
}

TEST_CASE("png: dates in eXIf are lowered in place, with their sub-seconds and offset") {
  const auto late = chunk("eXIf", exif("2026:11:21 10:11:12", "123\0"sv, "+01:00"));
  const auto epoch = chunk("eXIf", exif("2024:01:02 03:04:05", "000\0"sv, "+00:00"));
  CHECK(normal(png(late)) == png(epoch));
  CHECK(normal(png(late), "f", Rules{}) == png(late));
}

TEST_CASE("png: an Exif date counts with its offset") {
  const auto just_before = chunk("eXIf", exif("2024:01:02 04:04:05", "123\0"sv, "+01:00"));
  const auto just_after = chunk("eXIf", exif("2024:01:02 04:04:06", "123\0"sv, "+01:00"));
  CHECK(normal(png(just_before)) == png(just_before));
  CHECK(normal(png(just_after)) != png(just_after));
}

TEST_CASE("png: without an epoch, strict makes Exif dates unknown, as Exif writes it") {
  Rules rules = strict_rules();
  rules.epoch.reset();
  CHECK(normal(png(chunk("eXIf", exif("2026:11:21 10:11:12", "123\0"sv, "+01:00"))), "f", rules) ==
        png(chunk("eXIf", exif("    :  :     :  :  ", "   \0"sv, "   :  "))));
}

TEST_CASE("png: a broken eXIf is said and stays, and so does a directory that points to itself") {
  const auto broken = chunk("eXIf", "II*\0\xff\0\0\0"sv);
  CHECK(run(png(broken)).bytes == png(broken));
  CHECK(run(png(broken)).remarked("Exif: directory needs 255 bytes"));
  const auto loop = chunk("eXIf", "MM\0\x2a\0\0\0\x08\0\0\0\0\0\x08"sv);
  CHECK(normal(png(loop)) == png(loop));
}

TEST_CASE("png: XMP dates are lowered in place, as attributes and as elements") {
  const auto packet = [](std::string_view date) {
    const std::string quoted(date);
    const std::string xmp = "<rdf:Description xmp:CreateDate=\"" + quoted + "\" xmp:ModifyDate='" +
                            quoted + "'><xmp:MetadataDate>" + quoted +
                            "</xmp:MetadataDate><xmp:CreatorTool>2030-12-31</xmp:CreatorTool>";
    return png(chunk("iTXt", "XML:com.adobe.xmp\0\0\0\0\0"s + xmp));
  };
  CHECK(normal(packet("2030-12-31T23:59:59.5+01:00")) == packet("2024-01-02T03:04:05.0+00:00"));
  CHECK(normal(packet("2030-12-31T23:59:59.5+01:00"), "f", Rules{}) ==
        packet("2030-12-31T23:59:59.5+01:00"));
}

TEST_CASE("png: garbage: a chunk with a wrong CRC, or cut short, leaves the file alone") {
  Bytes file = png(chunk("tIME", kLateTime));
  Bytes wrong = file;
  wrong[wrong.size() - 20] ^= std::byte{1};
  CHECK(run(wrong).outcome == Result::Outcome::damaged);
  CHECK(run(wrong).remarked("png: CRC of a chunk does not match"));
  file.resize(file.size() - 1);
  CHECK(run(file).remarked("chunk CRC needs 4 bytes, 3 are left"));
}

TEST_CASE("png: what stands behind IEND is kept, and said") {
  const Outcome outcome = run(png(chunk("tIME", kLateTime), "tail"));
  CHECK(outcome.bytes == png(chunk("tIME", kEpochTime), "tail"));
  CHECK(outcome.remarked("4 bytes behind IEND; kept"));
}

TEST_CASE("png: a text bomb is refused, not unpacked") {
  const std::string bomb = zlib(std::string(100'000'000, '1'));
  const Outcome outcome = run(png(chunk("zTXt", "Creation Time\0\0"s + bomb)));
  CHECK(outcome.outcome == Result::Outcome::damaged);
  CHECK(outcome.remarked("more than the limit allows"));
}

TEST_CASE("png: pngcheck and exiftool read the normal form of real files") {
  if (!have_tool("pngcheck") || !have_tool("exiftool")) return;
  const TempTree tree;
  for (const auto& path : samples("png")) {
    const auto file = tree.file(path.filename().string(), normal(read_file(path)));
    const CommandResult check = run_command("pngcheck " + shell_word(file.string()));
    CHECK_MESSAGE(check.status == 0, check.output);
    const CommandResult dates =
        run_command("exiftool -time:all --file:all " + shell_word(file.string()));
    CHECK(dates.status == 0);
    CHECK_MESSAGE(dates.output.find("2026") == std::string::npos, dates.output);
    CHECK(dates.output.find("2024:01:02 03:04:05") != std::string::npos);
  }
}
