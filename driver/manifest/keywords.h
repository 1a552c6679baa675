#pragma once

#include <optional>
#include <string>
#include <vector>

#include "driver/manifest/describe.h"

namespace normalize {

/// What a specification of mtree(5) says of a name, in the order in which we write it.
enum class Keyword {
  type,
  mode,
  uid,
  gid,
  uname,
  gname,
  nlink,
  size,
  time,
  link,
  device,
  md5,
  sha1,
  rmd160,
  sha256,
  sha384,
  sha512,
};

/// In any spelling: "sha256", "sha256digest". Unset for words that we do not compare.
std::optional<Keyword> keyword_named(std::string_view word);
/// The spelling of all mtree(8) programs; of digests that of NetBSD.
std::string_view spelling(Keyword keyword);
/// As message_digest() calls it; empty where the keyword is none for a digest.
std::string algorithm_of(Keyword keyword);

/// "-k": names between commas or blanks, "all" among them, sorted, with `type` whatever they are.
/// Throws UsageError.
std::vector<Keyword> parse_keywords(const std::string& text);
/// type, mode, uid, gid, size, time, link, device, sha256
std::vector<Keyword> default_keywords();
/// The algorithms that these keywords need.
std::vector<std::string> algorithms_of(const std::vector<Keyword>& keywords);

/// The value as a specification has it, without vis(3); unset where it does not apply to such a
/// name, as a folder's size. `algorithms` are those that `described` was made with.
std::optional<std::string> value_of(Keyword keyword, const Described& described,
                                    const std::vector<std::string>& algorithms);

}  // namespace normalize
