// Images of file systems: mksquashfs(1), genisoimage and its like, xorriso(1).

#include <algorithm>
#include <filesystem>

#include "driver/wrap/arguments.h"
#include "driver/wrap/creator.h"

namespace normalize::wrap {
namespace {

constexpr Syntax kMkisofs{
    .letters = "A:b:c:C:e:G:H:m:M:o:p:P:V:x:",
    .long_with_value =
        "abstract appid biblio boot-load-seg boot-load-size cdrecord-params copyright dir-mode "
        "eltorito-boot eltorito-catalog exclude exclude-list file-mode "
        "generic-boot gid hide hide-joliet hide-joliet-list hide-list input-charset iso-level "
        "isohybrid-mbr log-file new-dir-mode old-exclude old-root output "
        "output-charset partition_offset path-list preparer prev-session publisher root sort "
        "stream-file-name sysid uid volid volset volset-seqno volset-size",
    .single_dash = true};

void add_folder(const std::string& path, Call& call) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored))
    call.stages.push_back({path, Stage::Kind::folder});
}

bool has_any(const std::vector<std::string>& words, std::initializer_list<std::string_view> any) {
  return std::ranges::any_of(
      words, [&](const std::string& word) { return std::ranges::find(any, word) != any.end(); });
}

/// What follows one of these words, the last time.
std::string behind_last(const std::vector<std::string>& words,
                        std::initializer_list<std::string_view> names) {
  std::string result;
  for (std::size_t i = 0; i + 1 < words.size(); ++i)
    if (std::ranges::find(names, words[i]) != names.end()) result = words[i + 1];
  return result;
}

}  // namespace

Call understand_mksquashfs(const Command& command) {
  const std::vector<std::string>& words = command.arguments;
  const auto is_option = [](const std::string& word) {
    return word.size() > 1 && word.starts_with('-');
  };
  const auto end = std::ranges::find_if(words, is_option);
  Call call;
  if (end - words.begin() < 2) return call;  // sources, then the image
  call.writes = true;
  call.outputs = {exactly(*(end - 1))};
  for (auto source = words.begin(); source != end - 1; ++source) add_folder(*source, call);
  call.without_epoch = has_any(words, {"-mkfs-time", "-fstime", "-all-time", "-root-time"});
  if (!has_any(words, {"-all-root", "-root-owned", "-force-uid", "-force-gid", "-p", "-pf"}))
    call.switches = {{When::for_users, {"-all-root"}}};
  call.switches_at = words.size();
  return call;
}

Call understand_genisoimage(const Command& command) {
  const Arguments arguments(command.arguments, kMkisofs);
  Call call;
  if (arguments.operands().empty() && !arguments.has({"path-list"})) return call;
  if (arguments.has({"print-size", "help", "version"})) return call;
  call.writes = true;
  const auto output = arguments.value({"o", "output"});
  call.out_of_reach = !output || *output == "-";
  if (!call.out_of_reach) call.outputs = {exactly(*output)};
  for (const std::string& operand : arguments.operands()) {
    const bool is_graft = arguments.has({"graft-points"}) && operand.find('=') != operand.npos;
    add_folder(is_graft ? operand.substr(operand.find('=') + 1) : operand, call);
  }
  return call;
}

Call understand_xorriso(const Command& command) {
  const std::vector<std::string>& words = command.arguments;
  const auto as = std::ranges::find(words, "-as");
  if (words.end() - as > 2 && (as[1] == "mkisofs" || as[1] == "genisoimage"))
    return understand_genisoimage({command.program, {as + 2, words.end()}});
  Call call;
  std::string image = behind_last(words, {"-outdev", "-dev"});
  call.writes = !image.empty() &&
                has_any(words, {"-map", "-map_l", "-map_single", "-add", "-update", "-update_r",
                                "-commit", "-cpr", "-cpax", "-cpx", "-boot_image"});
  if (!call.writes) return call;
  if (image.starts_with("stdio:")) image.erase(0, 6);
  call.out_of_reach = image == "-" || image.starts_with("/dev/");
  if (!call.out_of_reach) call.outputs = {exactly(image)};
  if (const std::string folder = behind_last(words, {"-map"}); !folder.empty())
    add_folder(folder, call);
  return call;
}

}  // namespace normalize::wrap
