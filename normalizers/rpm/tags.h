#pragma once

#include <cstdint>

/// The tags that we read or write, by the names of rpm's rpmtag.h without their prefix.
namespace normalize::rpm::tag {

// In both headers: regions.
inline constexpr std::uint32_t kHeaderImage = 61, kHeaderSignatures = 62, kHeaderImmutable = 63;

// In the signature header (RPMSIGTAG_).
inline constexpr std::uint32_t kDsaHeader = 267, kRsaHeader = 268, kSha1Header = 269,
                               kLongSigSize = 270, kLongArchiveSize = 271, kSha256Header = 273,
                               kFileSignatures = 274, kFileSignatureLength = 275,
                               kVeritySignatures = 276, kVeritySignatureAlgo = 277, kOpenpgp = 278,
                               kSha3_256Header = 279, kReserved = 999, kSigSize = 1000, kPgp = 1002,
                               kMd5 = 1004, kGpg = 1005, kPgp5 = 1006, kPayloadSize = 1007,
                               kReservedSpace = 1008;

// In the header (RPMTAG_).
inline constexpr std::uint32_t kBuildTime = 1006, kBuildHost = 1007, kSize = 1009,
                               kOldFileNames = 1027, kFileSizes = 1028, kFileModes = 1030,
                               kFileMtimes = 1034, kFileDigests = 1035, kFileFlags = 1037,
                               kFileUserName = 1039, kFileGroupName = 1040, kSourceRpm = 1044,
                               kArchiveSize = 1046, kCookie = 1094, kFileDevices = 1095,
                               kFileInodes = 1096, kDirIndexes = 1116, kBaseNames = 1117,
                               kDirNames = 1118, kPayloadFormat = 1124, kPayloadCompressor = 1125,
                               kPayloadFlags = 1126, kFileClass = 1141, kClassDict = 1142,
                               kSourcePkgId = 1146, kLongFileSizes = 5008, kLongSize = 5009,
                               kFileDigestAlgo = 5011, kHeaderFileSignatures = 5090,
                               kHeaderFileSignatureLength = 5091, kPayloadDigest = 5092,
                               kPayloadDigestAlgo = 5093, kPayloadDigestAlt = 5097, kSpec = 5099,
                               kRpmFormat = 5114;

}  // namespace normalize::rpm::tag
