// Header IDs from section 4.5.2, Info-ZIP's extrafld.txt, and the programs named. Not among them,
// though known: 0x4b46, an MD5 of the data; 0x4f4c, where Xceed found the file; 0x6375, the comment
// that goes, too; 0xa220, which leaves Office documents room to grow.

#include "normalizers/zip/needed_fields.h"

#include <algorithm>
#include <array>

namespace normalize::zip {
namespace {

// Times and owners, which are settled before anybody asks, are among them, since what is left of
// them is needed.
constexpr std::array<std::uint16_t, 58> kNeeded{
    0x0001,                                  // zip64
    0x0007, 0x0008, 0x000e, 0x000f,          // PKWARE: AV, encoding, forks, patches
    0x0014, 0x0015, 0x0016, 0x0017, 0x0018,  // signatures, strong encryption, records
    0x0019, 0x0020, 0x0021, 0x0022, 0x0023,  // recipients, stamp, keys
    0x9901, 0x10c5, 0x1a51,                  // AES of WinZip; minizip-ng's CMS and hash
    0x0009, 0x000a, 0x000c, 0x000d, 0x0065,  // attributes: OS/2, NTFS, VMS, Unix, S/390
    0x0066, 0x4690, 0x07c8, 0x2605, 0x2705,  // S/390, 4690, Macintosh
    0x2805, 0x334d, 0x4d63, 0x4154, 0x4341,  // Macintosh, Tandem, Acorn
    0x4453, 0x4704, 0x470f, 0x4854, 0x4c41,  // NT's ACLs, VM, MVS, THEOS, OS/2's ACLs
    0x4d49, 0x5356, 0x5455, 0x5855, 0x6542,  // VMS, AOS, Unix, BeOS
    0x6854, 0x7441, 0x756e, 0x7855, 0x7875,  // THEOS, AtheOS, Unix
    0xfb4a, 0xfd4a,                          // SMS/QDOS
    0x554e, 0x7075, 0xe57a,                  // names: Xceed, Info-ZIP, ALZip's code page
    0xcafe,                                  // by which file(1) and binfmt_misc know a jar
    0x1986, 0x4246, 0xa11e, 0xd935,          // padding: USD, PyTorch, Commons Compress, apksigner
};

}  // namespace

bool is_needed(std::uint16_t id) { return std::ranges::find(kNeeded, id) != kNeeded.end(); }

}  // namespace normalize::zip
