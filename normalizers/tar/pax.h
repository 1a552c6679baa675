#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "normalizers/bytes/bytes.h"
#include "rules/rules.h"

namespace normalize::tar {

/// One record of an extended header (POSIX pax, "pax Header Block"): "%d %s=%s\n". Views.
struct Record {
  std::string_view key, value;
};

/// Throws FormatError, with an offset counted from `base`.
std::vector<Record> parse_records(ByteView data, std::size_t base);
/// Appends the record as it stands in an extended header.
void append_record(std::string& out, std::string_view key, std::string_view value);

/// The last record called `key` counts; unset where there is none.
std::optional<std::string_view> find_record(const std::vector<Record>& records,
                                            std::string_view key);
bool has_sparse_map(const std::vector<Record>& records);

/// Whether the record tells when and by whom the archive was made, and nothing else. In `strict`
/// attributes that say where a file came from are noise, too; those that decide what it may do
/// (capabilities, ACLs, labels) or that programs go by never are.
bool is_noise(std::string_view key, Profile profile);

/// Whole seconds of a time like "-1.5", rounded down. Unset where it is none.
std::optional<std::int64_t> seconds_of(std::string_view time);
std::optional<std::uint64_t> size_of(std::string_view number);

}  // namespace normalize::tar
