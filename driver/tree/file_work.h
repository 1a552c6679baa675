#pragma once

#include "driver/cache/answers.h"
#include "driver/pipeline.h"
#include "driver/tree/disk_neighbours.h"
#include "driver/tree/inodes.h"
#include "driver/tree/memory_gate.h"
#include "driver/tree/normal_forms.h"
#include "driver/tree/replacement.h"
#include "driver/tree/writable_folders.h"

namespace normalize {

/// What all workers share while they take files from claim to commit.
struct FileWork {
  const Task& task;
  const Rules& rules;
  const Tree& tree;
  const DiskNeighbours& neighbours;
  WritableFolders& writable;
  MemoryGate& memory;
  NormalForms& forms;  // filled where Mode::check is to find duplicates
  Services* services;

  /// Normalizes one file, and replaces it in Mode::apply. The one place where a file's troubles
  /// become a report. Marks its entries as settled where nothing is left to do about its time.
  FileReport run(Inodes::Names names) const;

 private:
  void normalize(Inodes::Names names, FileReport& report) const;
  void remember(Inodes::Names names, const FileReport& report,
                const std::vector<CacheAnswer>& answers) const;
  void replace(Inodes::Names names, Original original, const Content& content,
               FileReport& report) const;
};

}  // namespace normalize
