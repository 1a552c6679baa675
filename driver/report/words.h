#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "driver/report/report.h"

/// How the reports for people name things, each in one way.
namespace normalize {

/// "app.war!WEB-INF/lib/a.jar"; raw bytes. The file itself where `member` is empty.
std::string full_path(const FileReport& file, std::string_view member);

/// A value escaped, cut between two characters where it is long, and named where it is empty. (A
/// name in a header can be as long as its file; the JSON Lines tell values in full.)
std::string shown_value(std::string_view value);

/// "2024-01-02T08:09:00Z → 2023-11-14T22:13:20Z"
std::string shown_change(const Finding& finding);

/// "gzip MTIME"
std::string cause_name(std::string_view format, const Field& field);

/// What to do about a field, behind a finding of it: "; stop it: gzip -n", or that it only follows
/// what it covers; empty where nothing is known.
std::string advice(const Field& field);

/// "1 file", "3 files"
std::string counted(std::uint64_t count, std::string_view one, std::string_view many);

}  // namespace normalize
