#include "driver/tree/system_attributes.h"

#include <sys/types.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <string_view>

#include "driver/tree/descriptor.h"

#ifdef __linux__
#include <sys/xattr.h>
#elif defined(__FreeBSD__) || defined(__NetBSD__)
#include <sys/acl.h>
#include <sys/extattr.h>
#endif

namespace normalize {
namespace {

[[maybe_unused]] constexpr const char* kCannotList = "cannot list the extended attributes";

}  // namespace

#ifdef __linux__

// xattr(7)

namespace {

/// Calls `read(buffer, size)`, which answers how much there is, until all of it fits.
template <typename Read>
std::optional<std::string> read_all(Read read) {
  std::string value(256, '\0');
  for (;;) {
    const ssize_t size = read(value.data(), value.size());
    if (size >= 0) return value.substr(0, static_cast<std::size_t>(size));
    if (errno != ERANGE || value.size() > (std::size_t{1} << 24)) return std::nullopt;
    value.resize(value.size() * 4);
  }
}

/// A path that leads to the name in whatever place its folder is by now.
std::string path_of(const AttributeHolder& holder) {
  return "/proc/self/fd/" + std::to_string(holder.fd) + "/" + *holder.name;
}

}  // namespace

std::vector<std::string> attribute_names(const AttributeHolder& holder) {
  const auto list = read_all([&](char* out, std::size_t size) {
    return holder.name ? ::llistxattr(path_of(holder).c_str(), out, size)
                       : ::flistxattr(holder.fd, out, size);
  });
  std::vector<std::string> names;
  if (!list) {
    if (errno == ENOTSUP || errno == ENOSYS) return names;
    throw_errno(kCannotList);
  }
  for (std::size_t at = 0; at < list->size(); at += names.back().size() + 1)
    names.emplace_back(list->c_str() + at);
  return names;
}

std::optional<std::string> attribute(const AttributeHolder& holder, const std::string& name) {
  return read_all([&](char* out, std::size_t size) {
    return holder.name ? ::lgetxattr(path_of(holder).c_str(), name.c_str(), out, size)
                       : ::fgetxattr(holder.fd, name.c_str(), out, size);
  });
}

bool set_attribute(const AttributeHolder& holder, const std::string& name,
                   const std::string& value) {
  const int failed =
      holder.name
          ? ::lsetxattr(path_of(holder).c_str(), name.c_str(), value.data(), value.size(), 0)
          : ::fsetxattr(holder.fd, name.c_str(), value.data(), value.size(), 0);
  return failed == 0;
}

bool remove_attribute(const AttributeHolder& holder, const std::string& name) {
  return (holder.name ? ::lremovexattr(path_of(holder).c_str(), name.c_str())
                      : ::fremovexattr(holder.fd, name.c_str())) == 0;
}

bool is_acl(const std::string& name) { return name.starts_with("system.posix_acl_"); }

void copy_acl(int, int) {}

#elif defined(__FreeBSD__) || defined(__NetBSD__)

// extattr(2), acl(3)

namespace {

struct Namespace {
  int number;
  std::string_view prefix;
};
constexpr std::array kNamespaces{Namespace{EXTATTR_NAMESPACE_USER, "user."},
                                 Namespace{EXTATTR_NAMESPACE_SYSTEM, "system."}};

/// `call(namespace, name)` for the attribute that people call `name`.
template <typename Call>
ssize_t with_namespace(const std::string& name, Call call) {
  for (const Namespace& space : kNamespaces)
    if (name.starts_with(space.prefix))
      return call(space.number, name.c_str() + space.prefix.size());
  errno = EOPNOTSUPP;
  return -1;
}

/// Calls `read(buffer, size)`, which fills what there is and answers how much that was, or would
/// be without a buffer, until there is room left behind it.
template <typename Read>
std::optional<std::string> read_all(Read read) {
  for (;;) {
    const ssize_t size = read(nullptr, 0);
    if (size < 0) return std::nullopt;
    std::string value(static_cast<std::size_t>(size) + 1, '\0');
    const ssize_t got = read(value.data(), value.size());
    if (got < 0) return std::nullopt;
    if (got <= size) return value.substr(0, static_cast<std::size_t>(got));
  }
}

struct FreeAcl {
  void operator()(acl_t acl) const { ::acl_free(acl); }
};

}  // namespace

std::vector<std::string> attribute_names(const AttributeHolder& holder) {
  std::vector<std::string> names;
  if (holder.name) return names;
  for (const Namespace& space : kNamespaces) {
    const auto list = read_all([&](char* out, std::size_t size) {
      return ::extattr_list_fd(holder.fd, space.number, out, size);
    });
    // The system's own are shown to root alone.
    if (!list && (errno == EOPNOTSUPP || errno == EPERM)) continue;
    if (!list) throw_errno(kCannotList);
    // Each has its length in one byte in front of it.
    for (std::string_view rest = *list; !rest.empty();) {
      const std::size_t size = static_cast<unsigned char>(rest.front());
      names.push_back(std::string(space.prefix).append(rest.substr(1, size)));
      rest.remove_prefix(std::min(size + 1, rest.size()));
    }
  }
  return names;
}

std::optional<std::string> attribute(const AttributeHolder& holder, const std::string& name) {
  return read_all([&](char* out, std::size_t size) {
    return with_namespace(name, [&](int space, const char* in_space) {
      return ::extattr_get_fd(holder.fd, space, in_space, out, size);
    });
  });
}

bool set_attribute(const AttributeHolder& holder, const std::string& name,
                   const std::string& value) {
  return with_namespace(name, [&](int space, const char* in_space) {
           return ::extattr_set_fd(holder.fd, space, in_space, value.data(), value.size());
         }) >= 0;
}

bool remove_attribute(const AttributeHolder& holder, const std::string& name) {
  return with_namespace(name, [&](int space, const char* in_space) {
           return ssize_t{::extattr_delete_fd(holder.fd, space, in_space)};
         }) >= 0;
}

bool is_acl(const std::string&) { return false; }

void copy_acl(int original, int copy) {
  // A file system knows one of the two, or none: the other is EINVAL or EOPNOTSUPP.
  for (const acl_type_t type : {ACL_TYPE_NFS4, ACL_TYPE_ACCESS}) {
    using Acl = std::unique_ptr<std::remove_pointer_t<acl_t>, FreeAcl>;
    const Acl acl(::acl_get_fd_np(original, type));
    if (!acl && (errno == EINVAL || errno == EOPNOTSUPP)) continue;
    if (!acl || ::acl_set_fd_np(copy, acl.get(), type) != 0) throw_errno("cannot keep its ACL");
    return;
  }
}

#else

// OpenBSD and DragonFly have no extended attributes.

std::vector<std::string> attribute_names(const AttributeHolder&) { return {}; }

std::optional<std::string> attribute(const AttributeHolder&, const std::string&) {
  errno = EOPNOTSUPP;
  return std::nullopt;
}

bool set_attribute(const AttributeHolder&, const std::string&, const std::string&) {
  errno = EOPNOTSUPP;
  return false;
}

bool remove_attribute(const AttributeHolder&, const std::string&) {
  errno = EOPNOTSUPP;
  return false;
}

bool is_acl(const std::string&) { return false; }

void copy_acl(int, int) {}

#endif

}  // namespace normalize
