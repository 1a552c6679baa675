#pragma once

#include <optional>
#include <string>
#include <vector>

namespace normalize {

/// What extended attributes belong to: an open file or folder, or a name in an open folder, which
/// is neither opened nor followed.
struct AttributeHolder {
  int fd = -1;
  std::optional<std::string> name = std::nullopt;
};

/// Names of attributes, with the namespace in front: "user.origin", "security.capability". Empty
/// where the system, or the file system, has none; for a name in a folder also where the system
/// knows them by descriptors alone (the BSDs). Throws std::system_error where they cannot be read.
std::vector<std::string> attribute_names(const AttributeHolder& holder);

/// The attribute's value; unset, and errno, where it cannot be read.
std::optional<std::string> attribute(const AttributeHolder& holder, const std::string& name);

/// Answers whether it could, and sets errno where not.
bool set_attribute(const AttributeHolder& holder, const std::string& name,
                   const std::string& value);
bool remove_attribute(const AttributeHolder& holder, const std::string& name);

/// Whether the attribute is an ACL, as it is on Linux.
bool is_acl(const std::string& name);

/// Gives `copy` the ACL of `original` where ACLs are no attributes (FreeBSD, NetBSD), after its
/// mode: an ACL holds that too. Throws std::system_error where it cannot.
void copy_acl(int original, int copy);

}  // namespace normalize
