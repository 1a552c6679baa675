// Magic numbers, after the list in CPython's Lib/importlib/_bootstrap_external.py (before 3.3:
// Python/import.c; from 3.14 on: Include/internal/pycore_magic_number.h). Code objects, after
// r_object() in each version's Python/marshal.c.

#include "normalizers/pyc/version.h"

#include <algorithm>
#include <array>

namespace normalize::pyc {
namespace {

// Numbers are 16 bits up to 2.2, 32 bits since. In order:
//   argcount (1.3), posonlyargcount (3.8), kwonlyargcount (3.0), nlocals (1.3 to 3.10),
//   stacksize (1.5), flags (1.3); code, consts, names, varnames (1.3 to 3.10),
//   freevars and cellvars (2.1 to 3.10), localsplusnames and localspluskinds (3.11), filename,
//   name, qualname (3.11); firstlineno (1.5); lnotab or linetable (1.5), exceptiontable (3.11)
constexpr CodeLayout kCode10{0, 5, 3, -1, -1, 0, 'C'};
constexpr CodeLayout kCode13{6, 6, 4, -1, -1, 0};
constexpr CodeLayout kCode15{8, 8, 4, -1, 6, 2};
constexpr CodeLayout kCode21{8, 10, 6, -1, 8, 2};
constexpr CodeLayout kCode23{16, 10, 6, -1, 8};
constexpr CodeLayout kCode30{20, 10, 6, -1, 8};
constexpr CodeLayout kCode38{24, 10, 6, -1, 8};
constexpr CodeLayout kCode311{20, 11, 5, 7, 8};

// After Include/opcode.h. Only final releases, the alphas' instructions still moved.
constexpr Opcodes kOpcodes26{143, 137, false, true, false};
constexpr Opcodes kOpcodes27{145, 137, true, false, false};
constexpr Opcodes kOpcodes31{143, 137, false, false, false};
constexpr Opcodes kOpcodes32{144, 138, true, false, false};
constexpr Opcodes kOpcodes33{144, 138, true, false, true};

struct MagicRange {
  std::uint16_t first, last;
  Version version;
};

constexpr std::array kMagics{
    MagicRange{3000, 3131, {3, 0, 8, 2, &kCode30}},
    MagicRange{3141, 3150, {3, 1, 8, 2, &kCode30}},
    MagicRange{3151, 3151, {3, 1, 8, 2, &kCode30, &kOpcodes31}},
    MagicRange{3160, 3179, {3, 2, 8, 2, &kCode30}},
    MagicRange{3180, 3180, {3, 2, 8, 2, &kCode30, &kOpcodes32}},
    MagicRange{3190, 3200, {3, 3, 8, 2, &kCode30}},  // alphas
    MagicRange{3210, 3229, {3, 3, 12, 2, &kCode30}},
    MagicRange{3230, 3230, {3, 3, 12, 2, &kCode30, &kOpcodes33}},
    MagicRange{3250, 3270, {3, 4, 12, 3, &kCode30}},  // alphas
    MagicRange{3280, 3310, {3, 4, 12, 4, &kCode30}},
    MagicRange{3320, 3351, {3, 5, 12, 4, &kCode30}},
    MagicRange{3360, 3379, {3, 6, 12, 4, &kCode30}},
    MagicRange{3390, 3391, {3, 7, 12, 4, &kCode30}},  // alphas before PEP 552
    MagicRange{3392, 3394, {3, 7, 16, 4, &kCode30}},
    MagicRange{3400, 3401, {3, 8, 16, 4, &kCode30}},  // alphas before PEP 570
    MagicRange{3410, 3413, {3, 8, 16, 4, &kCode38}},
    MagicRange{3420, 3425, {3, 9, 16, 4, &kCode38}},
    MagicRange{3430, 3439, {3, 10, 16, 4, &kCode38}},
    MagicRange{3460, 3495, {3, 11, 16, 4, &kCode311}},  // 3450 to 3459: the layout moved
    MagicRange{3500, 3531, {3, 12, 16, 4, &kCode311}},
    MagicRange{3550, 3599, {3, 13, 16, 4, &kCode311}},
    MagicRange{3600, 3649, {3, 14, 16, 5, &kCode311}},
    MagicRange{3650, 3699, {3, 15, 16, 5, &kCode311}},
    MagicRange{5892, 5892, {1, 4, 8, 0, &kCode13}},
    MagicRange{11913, 11913, {1, 3, 8, 0, &kCode13}},
    MagicRange{20121, 20121, {1, 5, 8, 0, &kCode15}},
    MagicRange{50428, 50428, {1, 6, 8, 0, &kCode15}},
    MagicRange{50823, 50823, {2, 0, 8, 0, &kCode15}},
    MagicRange{60202, 60202, {2, 1, 8, 0, &kCode21}},
    MagicRange{60717, 60717, {2, 2, 8, 0, &kCode21}},
    // One more than the magic number was written under -U.
    MagicRange{62011, 62012, {2, 3, 8, 0, &kCode23}},
    MagicRange{62021, 62022, {2, 3, 8, 0, &kCode23}},
    MagicRange{62041, 62041, {2, 4, 8, 1, &kCode23}},
    MagicRange{62051, 62051, {2, 4, 8, 1, &kCode23}},
    MagicRange{62061, 62062, {2, 4, 8, 1, &kCode23}},
    MagicRange{62071, 62071, {2, 5, 8, 2, &kCode23}},
    MagicRange{62081, 62081, {2, 5, 8, 2, &kCode23}},
    MagicRange{62091, 62092, {2, 5, 8, 2, &kCode23}},
    MagicRange{62101, 62101, {2, 5, 8, 2, &kCode23}},
    MagicRange{62111, 62111, {2, 5, 8, 2, &kCode23}},
    MagicRange{62121, 62121, {2, 5, 8, 2, &kCode23}},
    MagicRange{62131, 62132, {2, 5, 8, 2, &kCode23}},
    MagicRange{62151, 62151, {2, 6, 8, 2, &kCode23}},
    MagicRange{62161, 62162, {2, 6, 8, 2, &kCode23, &kOpcodes26}},
    MagicRange{62171, 62171, {2, 7, 8, 2, &kCode23}},
    MagicRange{62181, 62181, {2, 7, 8, 2, &kCode23}},
    MagicRange{62191, 62191, {2, 7, 8, 2, &kCode23}},
    MagicRange{62201, 62201, {2, 7, 8, 2, &kCode23}},
    MagicRange{62211, 62212, {2, 7, 8, 2, &kCode23, &kOpcodes27}},
};

static_assert(std::ranges::is_sorted(kMagics, {}, &MagicRange::first));

// 1.0, 1.1 and 1.2 are the only ones with four bytes of number: 0x00999902 and 0x00999903.
constexpr std::uint16_t kMagic10 = 39170, kMagic11 = 39171;
constexpr Version kVersion10{1, 0, 8, 0, &kCode10}, kVersion11{1, 1, 8, 0, &kCode10};

struct Foreign {
  std::uint16_t magic;
  std::string_view implementation;
};

// After xdis, magics.py.
constexpr std::array kForeign{
    Foreign{48, "PyPy"},       Foreign{64, "PyPy"},       Foreign{112, "PyPy"},
    Foreign{160, "PyPy"},      Foreign{192, "PyPy"},      Foreign{224, "PyPy"},
    Foreign{240, "PyPy"},      Foreign{256, "PyPy"},      Foreign{320, "PyPy"},
    Foreign{336, "PyPy"},      Foreign{384, "PyPy"},      Foreign{416, "PyPy"},
    Foreign{2657, "Pyston"},   Foreign{21150, "GraalPy"}, Foreign{21280, "GraalPy"},
    Foreign{21290, "GraalPy"}, Foreign{62135, "Dropbox"}, Foreign{62218, "PyPy"},
};

/// What stands behind the magic number 24881 ("1a") instead of a line's end.
constexpr std::string_view kRustPython = "1aea";

}  // namespace

std::uint16_t magic_number(ByteView head) {
  return static_cast<std::uint16_t>(std::to_integer<unsigned>(head[0]) |
                                    std::to_integer<unsigned>(head[1]) << 8);
}

bool has_magic_shape(ByteView head) {
  return head.size() >= 4 && head[2] == std::byte{'\r'} && head[3] == std::byte{'\n'};
}

std::optional<Version> version_of(ByteView head) {
  if (head.size() < 4) return std::nullopt;
  const std::uint16_t magic = magic_number(head);
  if (head[2] == std::byte{0x99} && head[3] == std::byte{0}) {
    if (magic == kMagic10) return kVersion10;
    if (magic == kMagic11) return kVersion11;
  }
  if (!has_magic_shape(head)) return std::nullopt;
  const auto above = std::ranges::upper_bound(kMagics, magic, {}, &MagicRange::first);
  if (above == kMagics.begin() || magic > std::prev(above)->last) return std::nullopt;
  return std::prev(above)->version;
}

std::string_view foreign_implementation(ByteView head) {
  if (starts_with(head, kRustPython)) return "RustPython";
  if (!has_magic_shape(head)) return {};
  const auto found = std::ranges::find(kForeign, magic_number(head), &Foreign::magic);
  return found == kForeign.end() ? std::string_view() : found->implementation;
}

std::optional<std::string> version_in_tag(std::string_view name) {
  static constexpr std::string_view kTag = ".cpython-";
  const std::size_t at = name.rfind(kTag);
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view after = name.substr(at + kTag.size());
  const std::string_view digits = after.substr(0, after.find_first_not_of("0123456789"));
  if (digits.size() < 2 || digits.size() > 4) return std::nullopt;
  return std::string(digits.substr(0, 1)) + "." + std::string(digits.substr(1));
}

}  // namespace normalize::pyc
