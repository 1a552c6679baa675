#include <doctest/doctest.h>

#include <map>

#include "normalizers/bytes/checksum.h"
#include "normalizers/bytes/digest.h"
#include "normalizers/bytes/writer.h"
#include "normalizers/codec/deflate.h"
#include "tests/support/bytes.h"
#include "tests/support/tree.h"

using namespace normalize;
using namespace normalize::test;
using namespace std::literals;

namespace {

/// A PDF of one empty revision or several, put together object by object.
class Pdf {
 public:
  /// Adds object `number`; "%" in front of it all keeps it apart from what is before.
  Pdf& object(int number, std::string_view body) {
    offsets_[number] = text_.size();
    text_ += std::to_string(number) + " 0 obj\n" + std::string(body) + "\nendobj\n";
    return *this;
  }
  Pdf& stream(int number, std::string_view entries, std::string_view data) {
    return object(number, "<< " + std::string(entries) + " /Length " + std::to_string(data.size()) +
                              " >>\nstream\n" + std::string(data) + "\nendstream");
  }
  /// Ends a revision: a cross-reference table of the objects since the last one.
  Pdf& revision(std::string_view trailer) {
    xref_ = text_.size();
    text_ += "xref\n";
    if (!ended_) text_ += "0 1\n0000000000 65535 f \n";
    for (const auto& [number, offset] : offsets_)
      text_ += std::to_string(number) + " 1\n" + digits(offset) + " 00000 n \n";
    text_ += "trailer\n<< /Size 20 /Root 1 0 R " + std::string(trailer) + " >>\nstartxref\n" +
             std::to_string(xref_) + "\n%%EOF\n";
    offsets_.clear();
    ended_ = true;
    return *this;
  }
  std::size_t xref() const { return xref_; }
  Bytes bytes() const { return test::bytes(text_); }

 private:
  static std::string digits(std::size_t offset) {
    const std::string text = std::to_string(offset);
    return std::string(10 - text.size(), '0') + text;
  }

  std::string text_ = "%PDF-1.7\n";
  std::map<int, std::size_t> offsets_;
  std::size_t xref_ = 0;
  bool ended_ = false;
};

constexpr auto kCatalog = "<< /Type /Catalog /Pages 2 0 R >>"sv;
constexpr auto kPages = "<< /Type /Pages /Kids [] /Count 0 >>"sv;

/// A PDF with these entries in its information dictionary.
Bytes with_information(std::string_view entries) {
  return Pdf()
      .object(1, kCatalog)
      .object(2, kPages)
      .object(3, "<< /Title (2026) " + std::string(entries) + " >>")
      .revision("/Info 3 0 R")
      .bytes();
}

Bytes with_packet(std::string_view packet, std::string_view trailer = "") {
  return Pdf()
      .object(1, "<< /Type /Catalog /Pages 2 0 R /Metadata 3 0 R >>")
      .object(2, kPages)
      .stream(3, "/Type /Metadata /Subtype /XML", packet)
      .revision(trailer)
      .bytes();
}

std::string zlib(std::string_view text, int level = 6) {
  Writer out;
  out.text("\x78\x9c");
  out.bytes(deflate(Content::view(as_bytes(text)), {level, 8}));
  out.big_endian(adler32(as_bytes(text)));
  return std::string(as_text(std::move(out).finish().to_bytes()));
}

std::string text_of(ByteView bytes) { return std::string(as_text(bytes)); }

bool holds(ByteView bytes, std::string_view text) {
  return as_text(bytes).find(text) != std::string_view::npos;
}

std::string between(ByteView bytes, std::string_view begin, std::string_view end) {
  const std::string_view text = as_text(bytes);
  const std::size_t from = text.find(begin) + begin.size();
  return std::string(text.substr(from, text.find(end, from) - from));
}

/// A file of `objects`, numbered from 4, in an object stream, found by a cross-reference stream.
Bytes with_object_stream(const std::vector<std::string>& objects, std::string_view trailer) {
  std::string directory, bodies;
  for (std::size_t i = 0; i < objects.size(); ++i) {
    directory += std::to_string(4 + i) + " " + std::to_string(bodies.size()) + " ";
    bodies += objects[i] + " ";
  }
  std::string text = "%PDF-1.7\n";
  std::string rows("\0\0\0\0", 4);
  const auto add = [&](int number, std::string_view body) {
    rows += {'\1', static_cast<char>(text.size() >> 8), static_cast<char>(text.size()), '\0'};
    text += std::to_string(number) + " 0 obj\n" + std::string(body) + "\nendobj\n";
  };
  const std::string packed = zlib(directory + bodies);
  add(1, kCatalog);
  add(2, kPages);
  add(3, "<< /Type /ObjStm /N " + std::to_string(objects.size()) + " /First " +
             std::to_string(directory.size()) + " /Filter /FlateDecode /Length " +
             std::to_string(packed.size()) + " >>\nstream\n" + packed + "\nendstream");
  for (std::size_t i = 0; i < objects.size(); ++i) rows += {'\2', '\0', '\3', static_cast<char>(i)};
  const std::size_t xref = text.size();
  rows += {'\1', static_cast<char>(xref >> 8), static_cast<char>(xref), '\0'};
  const std::string packed_rows = zlib(rows);
  const std::size_t count = rows.size() / 4;
  text += std::to_string(count - 1) + " 0 obj\n<< /Type /XRef /W [1 2 1] /Size " +
          std::to_string(count) + " /Root 1 0 R " + std::string(trailer) +
          " /Filter /FlateDecode /Length " + std::to_string(packed_rows.size()) + " >>\nstream\n" +
          packed_rows + "\nendstream\nendobj\nstartxref\n" + std::to_string(xref) + "\n%%EOF\n";
  return bytes(text);
}

constexpr auto kUuid = "4f5a4d3e-1111-2222-3333-444455556666"sv;
constexpr auto kOtherUuid = "aaaabbbb-1111-2222-3333-444455556666"sv;

Rules strict_without_epoch() {
  Rules rules = strict_rules();
  rules.epoch.reset();
  return rules;
}

}  // namespace

TEST_CASE("pdf dates later than the epoch are lowered to it in UTC, in as many characters") {
  const std::pair<std::string_view, std::string_view> forms[]{
      {"D:20261121101112+01'00'", "D:20240102030405+00'00'"},
      {"D:20261121101112-05'30'", "D:20240102030405+00'00'"},
      {"D:20261121101112+01'00", "D:20240102030405+00'00"},
      {"D:20261121101112Z", "D:20240102030405Z"},
      {"D:20261121101112Z00'00'", "D:20240102030405Z00'00'"},
      {"D:20261121101112Z'", "D:20240102030405Z'"},
      {"D:20261121101112", "D:20240102030405"},
      {"D:202611211011", "D:202401020304"},
      {"D:20261121", "D:20240102"},
      {"D:19991121101112+01'00'", "D:19991121101112+01'00'"},
  };
  for (const auto& [before, after] : forms) {
    const auto dates = [](std::string_view date) {
      return with_information("/CreationDate (" + std::string(date) + ") /ModDate(" +
                              std::string(date) + ")");
    };
    CHECK(text_of(normal(dates(before))) == text_of(dates(after)));
  }
}

TEST_CASE("a pdf date is settled however its string is written: hexadecimal, octal, UTF-16") {
  const std::pair<std::string_view, std::string_view> forms[]{
      {"<443A32303236313132313130313131325A>", "<443A32303234303130323033303430355A>"},
      {"<44 3A 32303236313132313130313131325a>", "<44 3A 32303234303130323033303430355a>"},
      {"(D:202\\066112110\\061112Z)", "(D:202\\064010203\\060405Z)"},
      {"(D:2026\\\n1121101112Z)", "(D:2024\\\n0102030405Z)"},
      {"(\xfe\xff\0D\0:\0002\0000\0002\0006\0001\0001\0002\0001)"sv,
       "(\xfe\xff\0D\0:\0002\0000\0002\0004\0000\0001\0000\0002)"sv},
      {"<FEFF0044003A00320030003200360031003100320031>",
       "<FEFF0044003A00320030003200340030003100300032>"},
  };
  for (const auto& [before, after] : forms)
    CHECK(text_of(normal(with_information("/CreationDate " + std::string(before)))) ==
          text_of(with_information("/CreationDate " + std::string(after))));
}

TEST_CASE("only what the cross-reference calls a pdf's dates is touched") {
  const auto file = [](std::string_view date) {
    return Pdf()
        .object(1, kCatalog)
        .object(2, kPages)
        .object(4, "<< /CreationDate (D:20261121101112Z) >>")
        .stream(5, "", "/CreationDate (D:20261121101112Z)")
        .object(3, "<< /CreationDate " + std::string(date) +
                       " /Nested << /ModDate (D:20261121101112Z) >>"
                       " /Title (/ModDate \\(D:20261121101112Z\\)) >>")
        .revision("/Info 3 0 R")
        .bytes();
  };
  CHECK(text_of(normal(file("(D:20261121101112Z)"))) == text_of(file("(D:20240102030405Z)")));
}

TEST_CASE("pdf dates in objects of their own are settled, a shared one once") {
  const auto file = [](std::string_view date) {
    return Pdf()
        .object(1, kCatalog)
        .object(2, kPages)
        .object(4, date)
        .object(3, "<< /CreationDate 4 0 R /ModDate 4 0 R >>")
        .revision("/Info 3 0 R")
        .bytes();
  };
  const Outcome outcome = run(file("(D:20261121101112Z)"));
  CHECK(outcome.bytes == file("(D:20240102030405Z)"));
  CHECK(outcome.findings.size() == 1);
}

TEST_CASE("without an epoch pdf dates stay, strict makes them 1970") {
  const Bytes file = with_information("/CreationDate (D:20261121101112+01'00')");
  CHECK(normal(file, "f", Rules{}) == file);
  CHECK(normal(file, "f", strict_without_epoch()) ==
        with_information("/CreationDate (D:19700101000000+00'00')"));
}

TEST_CASE("what is no date in a pdf stays, and is said") {
  const Bytes file = with_information("/CreationDate (yesterday)");
  const Outcome outcome = run(file);
  CHECK_FALSE(outcome.changed());
  CHECK(outcome.remarked("CreationDate is no date; kept"));
}

TEST_CASE("both halves of a pdf's ID follow from its content") {
  const auto file = [](std::string_view title, std::string_view id) {
    return Pdf()
        .object(1, kCatalog)
        .object(2, kPages)
        .object(3, "<< /Title (" + std::string(title) + ") >>")
        .revision("/Info 3 0 R /ID [" + std::string(id) + "]")
        .bytes();
  };
  const auto monday = "<00112233445566778899AABBCCDDEEFF><00112233445566778899AABBCCDDEEFF>"sv;
  const auto tuesday = "<ffeeddccbbaa99887766554433221100><0123456789abcdef0123456789abcdef>"sv;
  CHECK(normal(file("a", monday)) == normal(file("a", tuesday)));
  CHECK(normal(file("a", monday), "f", Rules{}) == normal(file("a", tuesday)));
  const std::string one = between(normal(file("a", monday)), "/ID [<", ">");
  CHECK(one.size() == 32);
  CHECK(holds(normal(file("a", monday)), "<" + one + "><" + one + ">"));
  CHECK(one != between(normal(file("b", monday)), "/ID [<", ">"));
  CHECK(run(file("a", monday)).found("ID"));
}

TEST_CASE("a pdf's ID in a literal string becomes hexadecimal, in whatever escapes it stood") {
  const auto file = [](std::string_view half) {
    return Pdf()
        .object(1, kCatalog)
        .object(2, kPages)
        .revision("/ID [" + std::string(half) + " " + std::string(half) + "]")
        .bytes();
  };
  const Bytes once = normal(file("(0123456789abcdef)"));
  CHECK(once == normal(file("(\\000\\(\\)\\\\456789abc\\d\\145f)")));
  CHECK(once == normal(file("<00112233445566778899AABBCCDDEEFF>")));
  CHECK(normal(once) == once);
}

TEST_CASE("a pdf's ID that is no pair of strings stays, and is said") {
  for (const auto id : {"4 0 R"sv, "[<00>]"sv, "[1 2]"sv}) {
    const Bytes file =
        Pdf().object(1, kCatalog).object(2, kPages).revision("/ID " + std::string(id)).bytes();
    CHECK(run(file).bytes == file);
    CHECK(run(file).remarked("ID is not an array of two strings; kept"));
  }
}

TEST_CASE("a pdf's ID in an object of its own is settled too") {
  const auto file = [](std::string_view half) {
    return Pdf()
        .object(1, kCatalog)
        .object(2, kPages)
        .object(4, "[" + std::string(half) + std::string(half) + "]")
        .revision("/ID 4 0 R")
        .bytes();
  };
  const Bytes once = normal(file("<00112233445566778899AABBCCDDEEFF>"));
  CHECK(once == normal(file("<ffeeddccbbaa99887766554433221100>")));
  CHECK(once == normal(file("(0123456789abcdef)")));
  CHECK(normal(once) == once);
}

TEST_CASE("a signed or encrypted pdf is left, and that is said") {
  const Bytes encrypted = Pdf()
                              .object(1, kCatalog)
                              .object(3, "<< /CreationDate (D:20261121101112Z) >>")
                              .revision("/Info 3 0 R /Encryp#74 4 0 R /ID [<00><00>]")
                              .bytes();
  CHECK(run(encrypted).bytes == encrypted);
  CHECK(run(encrypted).remarked("pdf: encrypted; left as it was"));
  const Bytes is_signed =
      with_information("/CreationDate (D:20261121101112Z) /S << /ByteRange [0 1 2 3] >>");
  CHECK(run(is_signed).bytes == is_signed);
  CHECK(run(is_signed).remarked("pdf: signed (/ByteRange); left as it was"));
}

TEST_CASE("an encryption that only an older revision of a pdf names counts as well") {
  Pdf pdf;
  pdf.object(1, kCatalog).revision("/Encrypt 4 0 R");
  pdf.object(3, "<< /ModDate (D:20261121101112Z) >>");
  pdf.revision("/Info 3 0 R /Prev " + std::to_string(pdf.xref()));
  CHECK(run(pdf.bytes()).remarked("encrypted"));
}

TEST_CASE("XMP dates of a pdf are lowered in place, plain and packed") {
  const auto packet = [](std::string_view date) {
    return "<xmp:CreateDate>" + std::string(date) + "</xmp:CreateDate>" + "<x xmp:ModifyDate='" +
           std::string(date) + "'/>";
  };
  const auto late = packet("2026-11-21T10:11:12+01:00"),
             epoch = packet("2024-01-02T03:04:05+00:00");
  CHECK(normal(with_packet(late)) == with_packet(epoch));
  const auto packed = [](const std::string& data) {
    return Pdf()
        .object(1, "<< /Type /Catalog /Pages 2 0 R /Metadata 3 0 R >>")
        .stream(3, "/Type /Metadata /Filter [/FlateDecode]", data)
        .object(2, kPages)
        .revision("")
        .bytes();
  };
  for (const int level : {1, 6, 9})
    CHECK(text_of(normal(packed(zlib(late, level)))) == text_of(packed(zlib(epoch, level))));
}

TEST_CASE("a pdf's packet in a filter we do not know stays, and is said") {
  const Bytes file = Pdf()
                         .object(1, "<< /Type /Catalog /Pages 2 0 R /Metadata 3 0 R >>")
                         .object(2, kPages)
                         .stream(3, "/Filter /LZWDecode", "xmp:CreateDate='2026-11-21'")
                         .revision("")
                         .bytes();
  CHECK(run(file).bytes == file);
  CHECK(run(file).remarked("Metadata is packed or measured in a way we do not know; kept"));
}

TEST_CASE("UUIDs of a pdf's packet follow from its content, equal ones stay equal") {
  const auto packet = [](std::string_view document, std::string_view instance) {
    return with_packet("<x xmpMM:DocumentID='uuid:" + std::string(document) +
                       "' xmpMM:InstanceID='xmp.iid:" + std::string(instance) +
                       "' stEvt:instanceID='xmp.iid:" + std::string(instance) +
                       "' stRef:documentID='uuid:" + std::string(document) +
                       "' stRef:instanceID='uuid:99999999-1111-2222-3333-444455556666'/>");
  };
  const Bytes once = normal(packet(kUuid, kOtherUuid));
  CHECK(once == normal(packet(kOtherUuid, kUuid)));
  CHECK(normal(once) == once);
  const std::string document = between(once, "DocumentID='uuid:", "'");
  const std::string instance = between(once, "InstanceID='xmp.iid:", "'");
  CHECK(document != instance);
  CHECK(document != kUuid);
  CHECK(document[14] == '8');  // RFC 9562: the version
  CHECK(holds(once, "stEvt:instanceID='xmp.iid:" + instance));
  CHECK(holds(once, "stRef:documentID='uuid:" + document));
  CHECK(holds(once, "stRef:instanceID='uuid:99999999-1111-2222-3333-444455556666'"));
  CHECK(normal(packet(kUuid, kUuid)) != once);
}

TEST_CASE("every revision of an updated pdf is settled") {
  const auto file = [](std::string_view date) {
    const std::string information = "<< /ModDate (" + std::string(date) + ") >>";
    Pdf pdf;
    pdf.object(1, kCatalog).object(2, kPages).object(3, information).revision("/Info 3 0 R");
    pdf.object(3, information).revision("/Info 3 0 R /Prev " + std::to_string(pdf.xref()));
    pdf.object(4, information).revision("/Info 4 0 R /Prev " + std::to_string(pdf.xref()));
    return pdf.bytes();
  };
  CHECK(text_of(normal(file("D:20261121101112Z"))) == text_of(file("D:20240102030405Z")));
}

TEST_CASE("an object that was not a pdf's information in its own revision is not touched") {
  Pdf pdf;
  const auto date = "<< /ModDate (D:20261121101112Z) >>"sv;
  pdf.object(1, kCatalog).object(2, kPages).object(3, date).revision("");
  pdf.object(3, "<< >>").revision("/Info 3 0 R /Prev " + std::to_string(pdf.xref()));
  CHECK(normal(pdf.bytes()) == pdf.bytes());
}

TEST_CASE("dates in an object stream are settled, and offsets follow its new size") {
  const auto file = [](std::string_view date, std::string_view id) {
    return with_object_stream(
        {"<< /CreationDate 5 0 R /ModDate 5 0 R >>", std::string(date)},
        "/Info 4 0 R /ID [<" + std::string(id) + "><" + std::string(id) + ">]");
  };
  const Bytes late = file("(D:22221222222222Z)", "0011"),
              later = file("(D:20301231235959Z)", "aabb");
  REQUIRE(late.size() != later.size());
  const Bytes once = normal(late);
  CHECK(once == normal(later));
  CHECK(run(once).outcome == Result::Outcome::already_normal);
  CHECK(run(late).found("CreationDate"));
  CHECK(run(late).found("compressed data"));
}

TEST_CASE("a stream length in an object of its own follows, and so does what stands behind it") {
  const auto file = [](std::string_view date) {
    const std::string data = zlib("xmp:CreateDate='" + std::string(date) + "'");
    return Pdf()
        .object(1, "<< /Type /Catalog /Pages 2 0 R /Metadata 3 0 R >>")
        .object(3, "<< /Length 4 0 R /Filter /FlateDecode >>\nstream\n" + data + "\nendstream")
        .object(4, std::to_string(data.size()))
        .object(2, kPages)
        .revision("")
        .bytes();
  };
  const Bytes late = file("2222-12-22T22:22:22Z"), epoch = file("2024-01-02T03:04:05Z");
  REQUIRE(late.size() != epoch.size());
  CHECK(text_of(normal(late)) == text_of(epoch));
}

TEST_CASE("a length that two streams of a pdf share does not change, so neither does the stream") {
  const std::string data = zlib("xmp:CreateDate='2222-12-22T22:22:22Z'");
  const auto stream = "<< /Filter /FlateDecode /Length 4 0 R >>\nstream\n" + data + "\nendstream";
  const Bytes file = Pdf()
                         .object(1, "<< /Type /Catalog /Pages 2 0 R /Metadata 3 0 R >>")
                         .object(2, kPages)
                         .object(3, stream)
                         .object(4, std::to_string(data.size()))
                         .object(5, stream)
                         .revision("")
                         .bytes();
  CHECK(run(file).bytes == file);
  CHECK(run(file).remarked("Metadata is packed or measured in a way we do not know; kept"));
}

TEST_CASE("offsets of a pdf's older revisions and of its own startxref follow as well") {
  const auto file = [](std::string_view date) {
    Pdf pdf;
    pdf.object(1, "<< /Type /Catalog /Pages 2 0 R /Metadata 3 0 R >>")
        .stream(3, "/Filter /FlateDecode", zlib("xmp:CreateDate='" + std::string(date) + "'"))
        .object(2, kPages)
        .revision("");
    pdf.object(5, "(more)").revision("/Prev " + std::to_string(pdf.xref()));
    return pdf.bytes();
  };
  const Bytes late = file("2222-12-22T22:22:22Z"), epoch = file("2024-01-02T03:04:05Z");
  REQUIRE(late.size() != epoch.size());
  CHECK(text_of(normal(late)) == text_of(epoch));
}

TEST_CASE("in a hybrid pdf the stream beside a table tells where its hidden objects are") {
  const auto file = [](std::string_view date) {
    Pdf pdf;
    pdf.object(1, kCatalog).object(2, kPages);
    const std::size_t information = pdf.bytes().size();
    pdf.object(3, "<< /ModDate (" + std::string(date) + ") >>");
    const std::size_t stream = pdf.bytes().size();
    const std::string row{'\1', static_cast<char>(information >> 8),
                          static_cast<char>(information)};
    pdf.stream(4, "/Type /XRef /W [1 2 0] /Index [3 1] /Size 5", row);
    std::string text =
        text_of(pdf.revision("/Info 3 0 R /XRefStm " + std::to_string(stream)).bytes());
    const std::size_t entry = text.find("00000 n", text.find("\n3 1\n"));
    text[entry + 6] = 'f';
    return bytes(text);
  };
  CHECK(text_of(normal(file("D:20261121101112Z"))) == text_of(file("D:20240102030405Z")));
}

TEST_CASE("a linearized pdf keeps its size: packed dates that would change it stay, and are said") {
  const Bytes file = read_file(data_folder() / "pdf/linearized-packed.pdf");
  const Outcome outcome = run(file);
  CHECK(outcome.changed());
  CHECK(outcome.bytes.size() == file.size());
  CHECK(outcome.remarked("a linearized file has no room for"));
  CHECK_FALSE(outcome.found("CreationDate"));
  CHECK(outcome.found("xmp:CreateDate"));
  CHECK(outcome.found("ID"));
}

TEST_CASE("LibreOffice's DocChecksum holds for the normal form where it held before") {
  const Bytes before = read_file(data_folder() / "pdf/libreoffice.pdf");
  const Outcome outcome = run(before);
  REQUIRE(outcome.found("DocChecksum"));
  const std::string text = text_of(outcome.bytes);
  const Bytes sum =
      message_digest("md5", Content::view(as_bytes(text.substr(0, text.rfind("trailer"))))).value();
  std::string digits = hexadecimal(sum);
  std::ranges::transform(digits, digits.begin(), [](unsigned char c) { return std::toupper(c); });
  CHECK(text.find("/DocChecksum /" + digits) != std::string::npos);
  std::string stale = text_of(before);
  stale[stale.find("/DocChecksum /") + 14] ^= 1;
  CHECK_FALSE(run(bytes(stale)).found("DocChecksum"));
}

TEST_CASE("a pdf whose end or cross-reference is missing or leads nowhere is damaged") {
  const auto damaged = [](std::string_view text, std::string_view problem) {
    const Outcome outcome = run(bytes("%PDF-1.7\n" + std::string(text)));
    CHECK(outcome.outcome == Result::Outcome::damaged);
    CHECK_MESSAGE(outcome.remarked(problem), std::string(text));
  };
  damaged("", "startxref is missing at the end");
  damaged("startxref\nx", "followed by no offset");
  damaged("startxref\n99999", "stands behind the end");
  damaged("startxref\n0", "expected \"xref\"");
  damaged("xref\ntrailer << /Prev 9 >>\nstartxref\n9\n", "in a circle");
  damaged("xref\ntrailer << /XRefStm 9 >>\nstartxref\n9\n", "in a circle");
  damaged("xref\n0 9000000000000000 0\ntrailer <<>>\nstartxref\n9\n", "more entries than");
  damaged("xref\n0 1\n000000000x 65535 f \ntrailer <<>>\nstartxref\n9\n", "entry of the");
  damaged("xref\ntrailer " + std::string(5000, '[') + "\nstartxref\n9\n", "expected a dictionary");
  damaged("xref\ntrailer <</A " + std::string(5000, '[') + "\nstartxref\n9\n", "nested too deeply");
  damaged("xref\ntrailer <</A [>>\nstartxref\n9\n", "brackets that do not match");
  damaged("xref\ntrailer <</ID 1 /ID 2>>\nstartxref\n9\n", "ID stands twice");
}

TEST_CASE("a pdf's cross-reference stream that claims too much is damaged") {
  const auto damaged = [](std::string_view entries, std::string_view data,
                          std::string_view problem) {
    const Outcome outcome =
        run(bytes("%PDF-1.7\n1 0 obj << " + std::string(entries) + " >>\nstream\n" +
                  std::string(data) + "\nendstream endobj startxref\n9\n"));
    CHECK(outcome.outcome == Result::Outcome::damaged);
    CHECK_MESSAGE(outcome.remarked(problem), std::string(entries));
  };
  damaged("/Size 1 /W [1 2 1]", "abcd", "no /Length");
  damaged("/Length 1 0 R /Size 1 /W [1 2 1]", "abcd", "no /Length");
  damaged("/Length 400 /Size 1 /W [1 2 1]", "abcd", "stream needs 400 bytes");
  damaged("/Length 3 /Size 1 /W [1 2 1]", "abcd", "expected \"endstream\"");
  damaged("/Length 4 /Size 900000000000000000 /W [1 2 1]", "abcd", "/Index");
  damaged("/Length 4 /Size 1 /Index [0 1 2] /W [1 2 1]", "abcd", "/Index");
  damaged("/Length 4 /Size 1 /W [0 0 0]", "abcd", "/W");
  damaged("/Length 4 /Size 1 /W [1 900000000000000000 1]", "abcd", "/W");
  damaged("/Length 4 /Size 1 /W [1 2]", "abcd", "/W");
  damaged("/Length 4 /Size 1 /W [1 2 1] /Filter /FlateDecode", "abcd", "not begin as zlib's");
  damaged("/Length 4 /Size 1 /W [1 2 1] /Filter /DCTDecode", "abcd", "packed in a way");
}

TEST_CASE("a /Length that leads to itself, or into the object stream that it measures, ends") {
  const Bytes itself = Pdf()
                           .object(1, "<< /Type /Catalog /Metadata 3 0 R >>")
                           .object(3, "<< /Length 3 0 R >>\nstream\nx\nendstream")
                           .revision("")
                           .bytes();
  CHECK(run(itself).remarked("/Length is not a number"));
  std::string text = text_of(with_object_stream({"<< >>", "99"}, "/Info 4 0 R"));
  const std::size_t length = text.find("/Length ");
  text.replace(length + 8, text.find(" >>", length) - length - 8, "5 0 R");
  const std::size_t xref =
      text.rfind("7 0 obj") == std::string::npos ? text.rfind("6 0 obj") : text.rfind("7 0 obj");
  text = text.substr(0, text.rfind("startxref")) + "startxref\n" + std::to_string(xref) + "\n";
  CHECK(
      run(bytes(text)).remarked("an object stream is packed or measured in a way we do not know"));
}

TEST_CASE("a pdf whose cross-references stand within one another does not take ever more work") {
  // Each section's trailer holds all sections before it in a string: read whole, they would be
  // quadratic.
  constexpr int kSections = 4000;
  std::string text = "%PDF-1.7\n", end;
  for (int i = 0; i < kSections; ++i) {
    const std::size_t next = text.size() + 40 + 2000;
    std::string section = "xref trailer << /Prev " + std::to_string(next) + " /A (";
    section.resize(2040, ' ');
    text += section;
    end += ")>>";
  }
  const Outcome outcome = run(bytes(text + end + "\nstartxref\n9\n"));
  CHECK(outcome.outcome == Result::Outcome::damaged);
  CHECK_MESSAGE(outcome.remarked("more work than"), outcome.remarks.at(0).text);
}

TEST_CASE("a bomb in a pdf's metadata is refused, not unpacked") {
  const Bytes file = Pdf()
                         .object(1, "<< /Type /Catalog /Metadata 3 0 R >>")
                         .stream(3, "/Filter /FlateDecode", zlib(std::string(100'000'000, 'x')))
                         .revision("")
                         .bytes();
  CHECK(run(file).remarked("more than the limit allows"));
}

TEST_CASE("qpdf, pdfinfo, mutool and exiftool read the normal form of real pdf files") {
  const TempTree tree;
  for (const auto& path : samples("pdf")) {
    if (path.filename() == "encrypted.pdf") continue;
    CAPTURE(path.filename().string());
    const auto file =
        shell_word(tree.file(path.filename().string(), normal(read_file(path))).string());
    if (have_tool("qpdf")) {
      const CommandResult check = run_command("qpdf --check " + file);
      CHECK_MESSAGE(check.status == 0, check.output);
    }
    if (have_tool("mutool")) {
      const CommandResult info = run_command("mutool info " + file);
      CHECK_MESSAGE(info.output.find("repair") == std::string::npos, info.output);
    }
    if (have_tool("pdfinfo") && path.filename() != "linearized-packed.pdf") {
      const CommandResult info = run_command("TZ=UTC pdfinfo -isodates " + file);
      CHECK_MESSAGE(info.output.find("CreationDate:    2024-01-02T03:04:05Z") != std::string::npos,
                    info.output);
      CHECK_MESSAGE(info.output.find("2026") == std::string::npos, info.output);
    }
  }
}

TEST_CASE("what a real tool writes on two days ends identical") {
  if (!have_tool("faketime")) return;
  const std::pair<std::string_view, std::string_view> tools[]{
      {"gs", "gs -q -sDEVICE=pdfwrite -o OUT -c '20 20 40 40 rectfill showpage'"},
      {"rsvg-convert",
       "echo '<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"/>' | "
       "rsvg-convert -f pdf -o OUT"},
      {"qpdf", "qpdf --object-streams=generate DATA/ghostscript.pdf OUT"},
      {"mutool", "mutool clean DATA/ghostscript.pdf OUT"},
      {"exiftool",
       "exiftool -q -PDF:ModifyDate=now -XMP:ModifyDate=now -o OUT DATA/ghostscript.pdf"},
  };
  const std::string data = (data_folder() / "pdf").string();
  for (const auto& [tool, line] : tools) {
    if (!have_tool(tool)) continue;
    CAPTURE(std::string(tool));
    const TempTree tree;
    std::vector<Bytes> normals;
    for (const auto day : {"2025-03-04 05:06:07"sv, "2026-11-21 10:11:12"sv}) {
      const auto file = tree / (std::string(day.substr(0, 4)) + ".pdf");
      std::string command(line);
      command.replace(command.find("OUT"), 3, file.string());
      if (const std::size_t at = command.find("DATA"); at != command.npos)
        command.replace(at, 4, data);
      const CommandResult made = run_command("TZ=Europe/Berlin faketime " + shell_word(day) +
                                             " sh -c " + shell_word(command));
      REQUIRE_MESSAGE(made.status == 0, made.output);
      normals.push_back(normal(read_file(file)));
    }
    CHECK(normals[0] == normals[1]);
    CHECK_FALSE(holds(normals[0], "2026112"));
  }
}
