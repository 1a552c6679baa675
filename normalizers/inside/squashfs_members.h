#pragma once

#include "normalizers/inside/members.h"

namespace normalize::inside {

bool is_squashfs(const Content& content);

/// As list_members() and read_members() of what is_squashfs(), which libarchive does not read.
std::vector<Member> list_squashfs(const Content& image, Allowance& allowance);
std::vector<Buffer> read_squashfs(const Content& image, std::span<const std::size_t> numbers,
                                  Allowance& allowance);

}  // namespace normalize::inside
