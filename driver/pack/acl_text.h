#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace normalize {

/// The text form, with numbers for users and groups, of an ACL as Linux keeps it in an extended
/// attribute (linux/posix_acl_xattr.h): "user::rw-,user:1000:r--,group::r--,mask::r--,other::---".
/// Unset where it is malformed.
std::optional<std::string> acl_text(std::string_view attribute);

}  // namespace normalize
