#include "driver/store/restore.h"

#include <algorithm>
#include <exception>
#include <map>

#include "driver/guarded.h"
#include "driver/pack/tar_header.h"
#include "driver/parallel.h"
#include "driver/tree/memory_gate.h"

namespace normalize::store {
namespace {

using Type = NormalName::Type;

/// How much of what is unpacked is in memory, together with what it refers to.
constexpr std::uint64_t kMostInMemory = std::uint64_t{256} << 20;

/// Files that come out of one frame.
struct FrameWork {
  FrameId id;
  bool is_list = false;
  std::vector<const BuildName*> names;  // sorted by digest: equal files are checked once
};

class FileRestorer {
 public:
  FileRestorer(ObjectReader& objects, const Catalogue& catalogue, const RestoreJob& job,
               RestoredTree& tree)
      : objects_(objects), catalogue_(catalogue), job_(job), tree_(tree) {}

  void run(const std::vector<const BuildName*>& names) {
    const std::vector<FrameWork> work = work_of(names);
    for_each_index(work.size(), job_.jobs, [&](std::size_t i) {
      if (!has_failed()) attempt([&] { unpack(work[i]); });
    });
    if (has_failed())
      std::rethrow_exception(failure_.with([](const auto& failure) { return failure; }));
  }

 private:
  template <typename Step>
  void attempt(Step step) noexcept {
    try {
      step();
    } catch (...) {
      failure_.with([](auto& failure) {
        if (!failure) failure = std::current_exception();
      });
    }
  }
  bool has_failed() {
    return failure_.with([](const auto& failure) { return failure != nullptr; });
  }

  std::vector<FrameWork> work_of(const std::vector<const BuildName*>& names) const {
    std::map<FrameId, FrameWork> frames;
    for (const BuildName* name : names) {
      const auto found = catalogue_.find(bytes_in(*name, job_.form).digest);
      if (!found)
        throw DamageError(name->path + ": object " + bytes_in(*name, job_.form).digest.hex() +
                          " is not in the store");
      FrameWork& work = frames[found->id];
      work.id = found->id;
      work.is_list = catalogue_.frame(found->id).coding == Frame::Coding::list;
      work.names.push_back(name);
    }
    std::vector<FrameWork> sorted;
    for (auto& [id, work] : frames) {
      std::ranges::stable_sort(
          work.names, {}, [&](const BuildName* name) { return bytes_in(*name, job_.form).digest; });
      sorted.push_back(std::move(work));
    }
    // The largest first, so that none is left for the end.
    std::ranges::stable_sort(sorted, std::ranges::greater(), [&](const FrameWork& work) {
      const std::uint64_t size = catalogue_.frame(work.id).size;
      return size > (std::uint64_t{4} << 20) ? size : 0;
    });
    return sorted;
  }

  std::uint64_t memory_for(const FrameWork& work) const {
    const Frame& frame = catalogue_.frame(work.id);
    if (work.is_list) return 2 * kMostWhole;
    return frame.references.empty() ? frame.size : 2 * frame.size;
  }

  void unpack(const FrameWork& work) {
    const MemoryGate::Pass pass = memory_.enter(memory_for(work));
    if (work.is_list) {
      for (const BuildName* name : work.names) write_parts(*name);
      return;
    }
    ObjectReader::Held held;
    const BuildName* before = nullptr;
    for (const BuildName* name : work.names) {
      const Digest& digest = bytes_in(*name, job_.form).digest;
      if (!before || bytes_in(*before, job_.form).digest != digest) held = checked(*name);
      before = name;
      write(*name, [&](const Descriptor& file) { write_at(file, held.bytes, 0, name->has_holes); });
    }
  }

  ObjectReader::Held checked(const BuildName& name) {
    try {
      return objects_.checked(bytes_in(name, job_.form).digest);
    } catch (const DamageError& error) {
      throw DamageError(name.path + ": " + error.what());
    }
  }

  void write_parts(const BuildName& name) {
    write(name, [&](const Descriptor& file) {
      std::uint64_t at = 0;
      objects_.read(bytes_in(name, job_.form).digest, [&](ByteView part) {
        write_at(file, part, at, name.has_holes);
        at += part.size();
      });
    });
  }

  template <typename Fill>
  void write(const BuildName& name, Fill fill) {
    {
      const Descriptor file = tree_.make_file(name);
      fill(file);
      tree_.settle_file(file, name);
    }
    if (job_.unpacked) job_.unpacked->take(tree_.folder_of(name.path), name, job_.form);
    add_progress(job_.progress, bytes_in(name, job_.form).size);
  }

  ObjectReader& objects_;
  const Catalogue& catalogue_;
  const RestoreJob& job_;
  RestoredTree& tree_;
  MemoryGate memory_{kMostInMemory};
  Guarded<std::exception_ptr> failure_;
};

bool is_first_name(const BuildName& name) { return name.is_file() && name.hard_link.empty(); }

/// Whether the file is in the tree already, linked from where it lies unpacked.
bool is_linked(const BuildName& name, const RestoreJob& job, const RestoredTree& tree) {
  if (!job.unpacked || !job.unpacked->has(name, job.form)) return false;
  return tree.try_link(name, job.unpacked->folder(), UnpackedFiles::file_of(name, job.form));
}

char tar_type(Type type) {
  constexpr std::string_view kTypes = "052346";  // as Type lists them, without sockets
  return kTypes[static_cast<std::size_t>(type)];
}

TarMember member_of(const BuildName& name, Form form) {
  const NormalName& to = name_in(name, form);
  TarMember member;
  member.name = name.path;
  member.type = tar_type(to.type);
  member.target = to.target;
  member.mode = to.mode;
  member.uid = to.uid;
  member.gid = to.gid;
  member.mtime = to.mtime.seconds;
  member.major = to.major;
  member.minor = to.minor;
  member.attributes = name.attributes;
  if (!name.hard_link.empty()) {
    member.type = '1';
    member.target = name.hard_link;
    member.attributes.clear();
  } else if (name.is_file()) {
    member.size = bytes_in(name, form).size;
  }
  return member;
}

}  // namespace

void restore(const Build& build, ObjectReader& objects, const Catalogue& catalogue,
             const RestoreJob& job, RestoredTree& tree) {
  std::vector<const BuildName*> files;
  for (const BuildName& name : build)
    if (name.normal.type == Type::folder) tree.make_folder(name);
  for (const BuildName& name : build)
    if (is_first_name(name) && !is_linked(name, job, tree)) files.push_back(&name);
  FileRestorer(objects, catalogue, job, tree).run(files);
  for (const BuildName& name : build) {
    if (name.is_file() && !name.hard_link.empty()) tree.link(name, name.hard_link);
    if (!name.is_file() && name.normal.type != Type::folder) tree.make_other(name);
  }
  for (auto name = build.rbegin(); name != build.rend(); ++name)
    if (name->normal.type == Type::folder) tree.settle_folder(*name);
}

void restore_tar(const Build& build, ObjectReader& objects, Form form,
                 const std::function<void(ByteView)>& write) {
  for (const BuildName& name : build) {
    if (name.path.empty() || name.normal.type == Type::socket) continue;
    write(tar_header(member_of(name, form)));
    if (!is_first_name(name)) continue;
    const FileBytes& bytes = bytes_in(name, form);
    objects.read(bytes.digest, write);
    write(Bytes(tar_padding(bytes.size)));
  }
  write(tar_end());
}

}  // namespace normalize::store
