// throughput FORMAT FOLDER...: how fast one core brings the files of a format below the folders
// into their normal form, and how fast it sees that they have it.
//
// throughput --probe FOLDER...: how long all formats take to say of a file that it is nobody's,
// beyond reading it, and which of them take longest.
//
// Files are read before the clock starts.

#include <time.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>

#include "normalizers/normalize.h"

using namespace normalize;

namespace {

struct File {
  std::string name;
  Bytes content;
};

/// The files below a folder that `wanted` says yes to.
template <typename Wanted>
std::vector<File> read_files(const std::filesystem::path& folder, Wanted wanted) {
  std::vector<File> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file() || entry.is_symlink()) continue;
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    const ByteView bytes = as_bytes(text);
    WholeSource source(bytes);
    const std::string name = entry.path().filename();
    if (wanted(Probe{name, source.head(), source}))
      files.push_back({name, Bytes(bytes.begin(), bytes.end())});
  }
  return files;
}

/// What this thread has had of a processor: other programs do not count.
double processor_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// Normalizes all files once, and replaces them where `keep` says so. Returns the seconds it took.
double normalize_all(const Normalizer& format, std::vector<File>& files, bool keep,
                     std::size_t& changed) {
  double spent = 0;
  changed = 0;
  for (File& file : files) {
    WholeSource source(file.content);
    const double start = processor_seconds();
    const Result result = normalize_as(format, file.name, source, Rules{});
    spent += processor_seconds() - start;
    if (result.outcome != Result::Outcome::changed) continue;
    ++changed;
    if (keep) file.content = result.content.to_bytes();
  }
  return spent;
}

void measure(const Normalizer& format, const char* what, std::vector<File>& files) {
  constexpr int kRounds = 5;
  std::uint64_t bytes = 0;
  for (const File& file : files) bytes += file.content.size();
  double best = 1e9;
  std::size_t changed = 0;
  for (int round = 0; round < kRounds; ++round)
    best = std::min(best, normalize_all(format, files, false, changed));
  const double megabytes = static_cast<double>(bytes) / 1e6;
  std::printf("%s: %zu files, %.1f MB, %zu to change: %.0f MB/s\n", what, files.size(), megabytes,
              changed, megabytes / best);
}

/// Seconds a file that `decides` takes at best.
template <typename Decides>
double decide_all(const std::vector<File>& files, Decides decides) {
  constexpr int kRounds = 9;
  double best = 1e9;
  for (int round = 0; round < kRounds; ++round) {
    const double start = processor_seconds();
    for (const File& file : files) {
      WholeSource source(file.content);
      if (decides(Probe{file.name, source.head(), source})) std::abort();
    }
    best = std::min(best, processor_seconds() - start);
  }
  return best / static_cast<double>(files.size());
}

void measure_probe(const char* folder) {
  const std::vector<File> files =
      read_files(folder, [](const Probe& probe) { return !find_normalizer(probe); });
  if (files.empty()) return;
  const double seconds = decide_all(files, find_normalizer);
  std::printf("%s: %zu files are nobody's: %.0f ns a file\n", folder, files.size(), seconds * 1e9);
  std::vector<std::pair<double, std::string_view>> costs;
  for (const auto& format : all_normalizers())
    costs.emplace_back(
        decide_all(files, [&](const Probe& probe) { return format->recognizes(probe); }),
        format->name());
  std::ranges::sort(costs, std::greater<>());
  costs.resize(std::min<std::size_t>(costs.size(), 5));
  for (const auto& [cost, name] : costs)
    std::printf("  %-12s %4.0f ns\n", std::string(name).c_str(), cost * 1e9);
}

void measure_format(const Normalizer& format, const char* folder) {
  std::vector<File> files =
      read_files(folder, [&](const Probe& probe) { return format.recognizes(probe); });
  std::printf("%s\n", folder);
  measure(format, "  as they are", files);
  std::size_t changed = 0;
  normalize_all(format, files, true, changed);
  measure(format, "  normal already", files);
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view what = argc > 2 ? argv[1] : "";
  const Normalizer* const format = normalizer_named(what);
  if (!format && what != "--probe") {
    std::fprintf(stderr, "usage: throughput FORMAT|--probe FOLDER...\n");
    return 2;
  }
  for (int i = 2; i < argc; ++i) {
    if (format)
      measure_format(*format, argv[i]);
    else
      measure_probe(argv[i]);
  }
}
