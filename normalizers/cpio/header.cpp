#include "normalizers/cpio/header.h"

#include <charconv>

#include "normalizers/bytes/writer.h"

namespace normalize::cpio {
namespace {

constexpr std::string_view kNewcMagic = "070701", kCrcMagic = "070702", kOdcMagic = "070707";
constexpr std::uint16_t kBinaryMagic = 070707;
constexpr std::size_t kMagicBytes = 6;

bool is_binary(Form form) { return form == Form::binary_little || form == Form::binary_big; }

std::uint64_t number(Reader& in, std::size_t digits, int base, const char* what) {
  const std::string_view text = as_text(in.take(digits, what));
  std::uint64_t value = 0;
  // from_chars() would take a minus sign, and stop at a blank.
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (text[0] == '-' || error != std::errc{} || end != text.data() + text.size())
    in.fail(std::string(what) + " is no number in base " + std::to_string(base));
  return value;
}

Header read_newc(Reader& in, Form form) {
  const auto next = [&](const char* what) {
    return static_cast<std::uint32_t>(number(in, 8, 16, what));
  };
  Header header{.form = form};
  header.ino = next("ino");
  header.mode = next("mode");
  header.uid = next("uid");
  header.gid = next("gid");
  header.nlink = next("nlink");
  header.mtime = next("mtime");
  header.filesize = next("filesize");
  header.devmajor = next("devmajor");
  header.devminor = next("devminor");
  header.rdevmajor = next("rdevmajor");
  header.rdevminor = next("rdevminor");
  header.namesize = next("namesize");
  header.check = next("check");
  return header;
}

Header read_odc(Reader& in) {
  const auto next = [&](const char* what, std::size_t digits = 6) {
    return number(in, digits, 8, what);
  };
  Header header{.form = Form::odc};
  header.devminor = static_cast<std::uint32_t>(next("dev"));
  header.ino = static_cast<std::uint32_t>(next("ino"));
  header.mode = static_cast<std::uint32_t>(next("mode"));
  header.uid = static_cast<std::uint32_t>(next("uid"));
  header.gid = static_cast<std::uint32_t>(next("gid"));
  header.nlink = static_cast<std::uint32_t>(next("nlink"));
  header.rdevminor = static_cast<std::uint32_t>(next("rdev"));
  const std::uint64_t mtime = next("mtime", 11);
  if (mtime > 0xffff'ffff) in.fail("mtime is later than 2106");
  header.mtime = static_cast<std::uint32_t>(mtime);
  header.namesize = static_cast<std::uint32_t>(next("namesize"));
  header.filesize = next("filesize", 11);
  return header;
}

Header read_binary(Reader& in, Form form) {
  const auto half = [&](const char* what) -> std::uint32_t {
    return form == Form::binary_little ? in.little_endian<std::uint16_t>(what)
                                       : in.big_endian<std::uint16_t>(what);
  };
  // The more significant half comes first in either order, as the PDP-11 had it.
  const auto whole = [&](const char* what) {
    const std::uint32_t high = half(what);
    return high << 16 | half(what);
  };
  half("magic");
  Header header{.form = form};
  header.devminor = half("dev");
  header.ino = half("ino");
  header.mode = half("mode");
  header.uid = half("uid");
  header.gid = half("gid");
  header.nlink = half("nlink");
  header.rdevminor = half("rdev");
  header.mtime = whole("mtime");
  header.namesize = half("namesize");
  header.filesize = whole("filesize");
  return header;
}

void digits(std::string& out, std::uint64_t value, std::size_t count, int base, bool lower_case) {
  const char* const kDigits = lower_case ? "0123456789abcdef" : "0123456789ABCDEF";
  std::string text(count, '0');
  for (std::size_t i = count; i-- > 0; value /= static_cast<unsigned>(base))
    text[i] = kDigits[value % static_cast<unsigned>(base)];
  out += text;
}

std::string newc_text(const Header& header, bool lower_case) {
  std::string text(header.form == Form::crc ? kCrcMagic : kNewcMagic);
  for (const std::uint64_t value :
       {std::uint64_t{header.ino}, std::uint64_t{header.mode}, std::uint64_t{header.uid},
        std::uint64_t{header.gid}, std::uint64_t{header.nlink}, std::uint64_t{header.mtime},
        header.filesize, std::uint64_t{header.devmajor}, std::uint64_t{header.devminor},
        std::uint64_t{header.rdevmajor}, std::uint64_t{header.rdevminor},
        std::uint64_t{header.namesize}, std::uint64_t{header.check}})
    digits(text, value, 8, 16, lower_case);
  return text;
}

std::string odc_text(const Header& header) {
  std::string text(kOdcMagic);
  for (const std::uint32_t value : {header.devminor, header.ino, header.mode, header.uid,
                                    header.gid, header.nlink, header.rdevminor})
    digits(text, value, 6, 8, false);
  digits(text, header.mtime, 11, 8, false);
  digits(text, header.namesize, 6, 8, false);
  digits(text, header.filesize, 11, 8, false);
  return text;
}

Bytes binary_bytes(const Header& header) {
  Writer out;
  const auto half = [&](std::uint64_t value) {
    const auto field = static_cast<std::uint16_t>(value & 0xffff);
    if (header.form == Form::binary_little)
      out.little_endian(field);
    else
      out.big_endian(field);
  };
  for (const std::uint32_t value :
       {std::uint32_t{kBinaryMagic}, header.devminor, header.ino, header.mode, header.uid,
        header.gid, header.nlink, header.rdevminor, header.mtime >> 16, header.mtime,
        header.namesize})
    half(value);
  half(header.filesize >> 16);
  half(header.filesize);
  return out.written_since(0);
}

/// The magic of two bytes is weak, so the rest has to make sense: a known kind of file, and a name
/// that ends where it says.
bool is_binary_header(ByteView head, Form form) {
  constexpr std::size_t kHeaderBytes = 26, kLongestName = 1024;
  if (head.size() < kHeaderBytes) return false;
  Reader in(head);
  const Header header = read_binary(in, form);
  if (header.namesize < 2 || header.namesize > kLongestName || header.namesize > in.remaining())
    return false;
  const std::uint32_t type = header.mode & kTypeMask;
  const bool known = type == kRegular || type == kFolder || type == kLink || type == 0010000 ||
                     type == 0020000 || type == 0060000 || type == 0140000;
  const std::string_view name = as_text(in.take(header.namesize, "name"));
  return (known || name == std::string_view("TRAILER!!!\0", 11)) &&
         name.find('\0') == name.size() - 1;
}

bool all_digits(ByteView text, std::string_view allowed) {
  return as_text(text).find_first_not_of(allowed) == std::string_view::npos;
}

}  // namespace

std::size_t alignment(Form form) { return form == Form::odc ? 1 : is_binary(form) ? 2 : 4; }

std::uint32_t most_inodes(Form form) {
  return is_binary(form) ? 0xffff : form == Form::odc ? 0777777 : 0xffff'ffff;
}

bool starts_header(ByteView head) {
  const std::string_view magic = as_text(head.first(std::min(head.size(), kMagicBytes)));
  if (magic == kNewcMagic || magic == kCrcMagic)
    return head.size() >= 110 && all_digits(head.first(110), "0123456789abcdefABCDEF");
  if (magic == kOdcMagic) return head.size() >= 76 && all_digits(head.first(76), "01234567");
  if (starts_with(head, "\xc7\x71")) return is_binary_header(head, Form::binary_little);
  if (starts_with(head, "\x71\xc7")) return is_binary_header(head, Form::binary_big);
  return false;
}

Header read_header(Reader& in) {
  if (starts_with(in.rest(), "\xc7\x71")) return read_binary(in, Form::binary_little);
  if (starts_with(in.rest(), "\x71\xc7")) return read_binary(in, Form::binary_big);
  const std::size_t start = in.offset();
  const std::string_view magic = as_text(in.take(kMagicBytes, "magic"));
  if (magic == kNewcMagic) return read_newc(in, Form::newc);
  if (magic == kCrcMagic) return read_newc(in, Form::crc);
  if (magic == kOdcMagic) return read_odc(in);
  throw FormatError(start, "magic is none of cpio's");
}

Bytes header_bytes(const Header& header, bool lower_case) {
  if (is_binary(header.form)) return binary_bytes(header);
  const std::string text =
      header.form == Form::odc ? odc_text(header) : newc_text(header, lower_case);
  const ByteView view = as_bytes(text);
  return {view.begin(), view.end()};
}

}  // namespace normalize::cpio
