#include "normalizers/zip/kind.h"

#include <algorithm>
#include <array>

#include "normalizers/zip/conda.h"

namespace normalize::zip {
namespace {

constexpr std::string_view kMetaInf = "META-INF/";

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool equal_in_any_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, lower, lower);
}

bool begins_in_any_case(std::string_view name, std::string_view prefix) {
  return name.size() >= prefix.size() && equal_in_any_case(name.substr(0, prefix.size()), prefix);
}

bool ends_in_any_case(std::string_view name, std::string_view suffix) {
  return name.size() >= suffix.size() &&
         equal_in_any_case(name.substr(name.size() - suffix.size()), suffix);
}

/// What signs by standing in META-INF/: jar signature files (JAR File Specification, "Signature
/// File"; the digests in them cover the manifest), Mozilla's COSE, and the signatures of
/// OpenDocument 1.2 part 3 section 4 and of EPUB OCF 3 section 2.5.5.
std::string_view signed_in_meta_inf(std::string_view name) {
  const std::string_view file = name.substr(kMetaInf.size());
  if (file.find('/') != std::string_view::npos) return {};
  if (ends_in_any_case(file, ".SF")) return "a jar signature in META-INF/";
  if (file == "cose.sig") return "META-INF/cose.sig";
  if (file == "documentsignatures.xml" || file == "macrosignatures.xml" ||
      file == "packagesignatures.xml" || file == "signatures.xml")
    return "XML signatures in META-INF/";
  return {};
}

/// "name-1.0.dist-info/" for its RECORD, nothing for other names.
std::string_view dist_info_of(std::string_view name) {
  constexpr std::string_view kRecord = ".dist-info/RECORD";
  if (!name.ends_with(kRecord)) return {};
  const std::string_view folder = name.substr(0, name.size() - std::string_view("RECORD").size());
  return folder.find('/') == folder.size() - 1 ? folder : std::string_view();
}

/// USDZ File Format Specification, "Layout": nothing in it is packed.
bool is_usd_layer(const Entry& first) {
  const std::string_view name = first.text_name();
  return first.central.method == kStored &&
         (name.ends_with(".usda") || name.ends_with(".usdc") || name.ends_with(".usd"));
}

void look_at(const Entry& entry, Kind& kind) {
  const std::string_view name = entry.text_name();
  if (is_jar_manifest(name)) kind.jar = true;
  if (name == "mimetype") kind.has_mimetype = true;
  if (name == "[Content_Types].xml") kind.open_packaging = true;
  if (name == "AndroidManifest.xml") kind.android = true;
  if (const std::string_view found = dist_info_of(name); !found.empty()) {
    kind.dist_info = found;
    ++kind.records;
  }
  if (kind.signed_by.empty() && !entry.is_folder()) kind.signed_by = signed_by(name);
}

}  // namespace

bool is_jar_manifest(std::string_view name) {
  return equal_in_any_case(name, "META-INF/MANIFEST.MF");
}

std::string_view signed_by(std::string_view name) {
  if (begins_in_any_case(name, kMetaInf)) return signed_in_meta_inf(name);
  if (name.ends_with(".dist-info/RECORD.jws") || name.ends_with(".dist-info/RECORD.p7s"))
    return "a signature of the wheel's RECORD";
  if (name == ".signature.p7s") return ".signature.p7s";
  if (name == "AppxSignature.p7x") return "AppxSignature.p7x";
  if (name.starts_with("_xmlsignatures/") ||
      name.starts_with("package/services/digital-signature/"))
    return "an Open Packaging signature";
  return {};
}

bool is_free_signature(std::string_view name) {
  if (name == ".signature.p7s") return true;
  if (!begins_in_any_case(name, kMetaInf)) return false;
  const std::string_view file = name.substr(kMetaInf.size());
  if (file.find('/') != std::string_view::npos || file == "cose.sig") return false;
  constexpr std::array<std::string_view, 3> kBlocks{".RSA", ".DSA", ".EC"};
  const auto ends_file = [&](std::string_view end) { return ends_in_any_case(file, end); };
  return !signed_in_meta_inf(name).empty() || begins_in_any_case(file, "SIG-") ||
         std::ranges::any_of(kBlocks, ends_file);
}

Kind find_kind(const std::vector<Entry>& entries) {
  Kind kind;
  for (const Entry& entry : entries) look_at(entry, kind);
  if (!entries.empty() && begins_in_any_case(entries.front().text_name(), kMetaInf))
    kind.jar = true;
  const auto has = [&](auto condition) {
    return std::ranges::any_of(entries, condition, &Entry::text_name);
  };
  kind.conda = has(is_conda_files) && has(is_conda_info);
  kind.usdz = !entries.empty() && is_usd_layer(entries.front());
  if (kind.records > 1) kind.dist_info.clear();  // several packages in one zipped program: no wheel
  return kind;
}

}  // namespace normalize::zip
