// throughput FORMAT FOLDER...: how fast one core brings the files of a format below the folders
// into their normal form, and how fast it sees that they have it. Files are read before the clock
// starts.

#include <time.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "normalizers/normalize.h"

using namespace normalize;

namespace {

struct File {
  std::string name;
  Bytes content;
};

std::vector<File> read_files(const Normalizer& format, const std::filesystem::path& folder) {
  std::vector<File> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file() || entry.is_symlink()) continue;
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    const ByteView bytes = as_bytes(text);
    WholeSource source(bytes);
    const std::string name = entry.path().filename();
    if (format.recognizes({name, source.head(), source}))
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

}  // namespace

int main(int argc, char** argv) {
  const Normalizer* const format = argc > 2 ? normalizer_named(argv[1]) : nullptr;
  if (!format) {
    std::fprintf(stderr, "usage: throughput FORMAT FOLDER...\n");
    return 2;
  }
  for (int i = 2; i < argc; ++i) {
    std::vector<File> files = read_files(*format, argv[i]);
    std::printf("%s\n", argv[i]);
    measure(*format, "  as they are", files);
    std::size_t changed = 0;
    normalize_all(*format, files, true, changed);
    measure(*format, "  normal already", files);
  }
}
