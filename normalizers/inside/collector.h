#pragma once

#include <map>

#include "normalizers/inside/parts.h"

namespace normalize::inside {

/// Gathers the parts of a file.
class Collector {
 public:
  explicit Collector(ByteView file) : file_(file) {}

  /// Leaves out what does not lie within the file.
  void add(std::string name, std::uint64_t offset, std::uint64_t size,
           std::string_view kind = "section") {
    if (size == 0 || offset > file_.size() || size > file_.size() - offset) return;
    if (const std::size_t count = ++names_[name]; count > 1)
      name += " (" + std::to_string(count) + ")";
    parts_.push_back(
        {std::move(name), offset,
         file_.subspan(static_cast<std::size_t>(offset), static_cast<std::size_t>(size)), kind});
  }
  std::vector<Part> finish() && { return std::move(parts_); }

 private:
  ByteView file_;
  std::map<std::string, std::size_t> names_;
  std::vector<Part> parts_;
};

/// The objects of a PDF file (ISO 32000-2 section 7.3.10), and what stands between them.
void add_pdf(ByteView file, Collector& parts);

}  // namespace normalize::inside
