#include "normalizers/codec/zstd_reference.h"

#include <zstd.h>

#include <algorithm>
#include <bit>
#include <memory>
#include <string>

#include "normalizers/error.h"

namespace normalize {
namespace {

/// Where the reference is longer, far matches are looked for by a search of their own.
constexpr std::size_t kFarReference = std::size_t{1} << 20;
constexpr int kLeastWindowLog = 10, kMostWindowLog = 31;

struct FreeContext {
  void operator()(ZSTD_CCtx* context) const noexcept { ZSTD_freeCCtx(context); }
  void operator()(ZSTD_DCtx* context) const noexcept { ZSTD_freeDCtx(context); }
};

std::size_t check(std::size_t status) {
  if (!ZSTD_isError(status)) return status;
  throw CodecError("libzstd " + std::string(ZSTD_versionString()) + ": " +
                   ZSTD_getErrorName(status));
}

int window_log(std::size_t bytes) {
  return std::clamp(static_cast<int>(std::bit_width(bytes)), kLeastWindowLog, kMostWindowLog - 1);
}

}  // namespace

Bytes zstd_pack_with(ByteView payload, ByteView reference, int level) {
  const std::unique_ptr<ZSTD_CCtx, FreeContext> context(ZSTD_createCCtx());
  if (!context) throw std::bad_alloc();
  const auto set = [&](ZSTD_cParameter parameter, int value) {
    check(ZSTD_CCtx_setParameter(context.get(), parameter, value));
  };
  set(ZSTD_c_compressionLevel, level);
  set(ZSTD_c_checksumFlag, 0);
  if (!reference.empty()) {
    set(ZSTD_c_windowLog, window_log(payload.size() + reference.size()));
    if (reference.size() >= kFarReference) set(ZSTD_c_enableLongDistanceMatching, 1);
    check(ZSTD_CCtx_refPrefix(context.get(), reference.data(), reference.size()));
  }
  Bytes frame(ZSTD_compressBound(payload.size()));
  frame.resize(check(
      ZSTD_compress2(context.get(), frame.data(), frame.size(), payload.data(), payload.size())));
  return frame;
}

Bytes zstd_unpack_with(ByteView frame, ByteView reference, std::size_t size) {
  const std::unique_ptr<ZSTD_DCtx, FreeContext> context(ZSTD_createDCtx());
  if (!context) throw std::bad_alloc();
  check(ZSTD_DCtx_setParameter(context.get(), ZSTD_d_windowLogMax, kMostWindowLog));
  check(ZSTD_DCtx_refPrefix(context.get(), reference.data(), reference.size()));
  Bytes payload(size);
  const std::size_t count = ZSTD_decompressDCtx(context.get(), payload.data(), payload.size(),
                                                frame.data(), frame.size());
  if (ZSTD_isError(count)) throw FormatError(0, std::string("zstd: ") + ZSTD_getErrorName(count));
  if (count != size)
    throw FormatError(0, "zstd: unpacks to " + std::to_string(count) + " bytes instead of " +
                             std::to_string(size));
  return payload;
}

}  // namespace normalize
