#include "driver/diff/explain.h"

#include <algorithm>
#include <cstdio>
#include <map>
#include <utility>

#include "driver/diff/content_source.h"
#include "driver/diff/noise.h"
#include "driver/diff/opaque.h"
#include "driver/diff/properties.h"
#include "normalizers/normalize.h"
#include "normalizers/packed.h"

namespace normalize::diff {
namespace {

using inside::Member;
using inside::Shape;
using Pairs = std::vector<std::pair<Member, Member>>;

std::string joined(std::string_view path, std::string_view name) {
  return path.empty() ? std::string(name) : std::string(path).append("!").append(name);
}

std::string_view format_of(std::string_view name, const Content& content) {
  ContentSource source(content);
  const Normalizer* format = find_normalizer({name, source.head(), source});
  return format ? format->name() : std::string_view();
}

Shape shape_of(std::string_view format, const Content& content) {
  ContentSource source(content);
  return inside::shape_of(format, source.head());
}

void add_remarks(const Said& said, std::string_view side, Node& node) {
  for (const Remark& remark : said.journal.remarks) {
    const std::string where = remark.member.empty() ? "" : said.member(remark.member) + ": ";
    const std::string text = where + remark.text;
    const auto same = std::ranges::find(node.remarks, "A: " + text);
    if (side == "B" && same != node.remarks.end())
      *same = text;
    else
      node.remarks.push_back(std::string(side) + ": " + text);
  }
}

bool says_left(const Remark& remark) {
  return remark.kind != Remark::Kind::note || remark.text.ends_with("left as it was");
}

/// Why the file itself, and none in it, could not be read or written; empty where it could.
std::string damage_told(const Said& said) {
  for (const Remark& remark : said.journal.remarks)
    if (remark.kind != Remark::Kind::note && said.member(remark.member).empty()) return remark.text;
  return {};
}

/// Whether a format is nothing but its payload, and cannot be written without packing it.
bool is_only_packing(std::string_view format) {
  return format == "bzip2" || format == "lzma" || format == "compress";
}

Node only(Verdict verdict, const Member& member) {
  Node node;
  node.name = member.path;
  node.is_member = true;
  node.verdict = verdict;
  return node;
}

/// What stands on one side alone is moved where the other side has the same data under a name that
/// stands alone there.
void add_unpaired(std::vector<Member>& only_a, std::vector<Member>& only_b, Node& node) {
  std::multimap<Bytes, const Member*> by_digest;
  for (const Member& member : only_b)
    if (member.size > 0 && !member.digest.empty()) by_digest.emplace(member.digest, &member);
  std::set<const Member*> taken;
  for (const Member& member : only_a) {
    const auto found = member.size > 0 ? by_digest.find(member.digest) : by_digest.end();
    Node& child = node.children.emplace_back(
        only(found == by_digest.end() ? Verdict::only_a : Verdict::moved, member));
    if (found == by_digest.end()) continue;
    child.other_name = found->second->path;
    child.properties = compare_properties(member.properties, found->second->properties);
    taken.insert(found->second);
    by_digest.erase(found);
  }
  for (const Member& member : only_b)
    if (!taken.contains(&member)) node.children.push_back(only(Verdict::only_b, member));
}

/// What is packed on either side under names that differ in how: data.tar.xz with data.tar.zst.
void pair_packed(std::vector<Member>& only_a, std::vector<Member>& only_b, Pairs& pairs) {
  std::map<std::string, Member*> others;
  for (Member& member : only_b) {
    const std::string payload = inside::payload_name(member.path);
    if (member.is_file && payload != member.path) others.emplace(payload, &member);
  }
  std::set<const Member*> taken;
  for (Member& member : only_a) {
    const std::string payload = inside::payload_name(member.path);
    const auto found =
        member.is_file && payload != member.path ? others.find(payload) : others.end();
    if (found == others.end()) continue;
    pairs.emplace_back(member, *found->second);
    taken.insert({&member, found->second});
    others.erase(found);
  }
  const auto left_of = [&](const std::vector<Member>& members) {
    std::vector<Member> left;
    for (const Member& member : members)
      if (!taken.contains(&member)) left.push_back(member);
    return left;
  };
  only_a = left_of(only_a);
  only_b = left_of(only_b);
}

/// The n-th of a name goes with the n-th of that name.
Pairs pair_members(std::vector<Member>& a, std::vector<Member>& b, Node& node) {
  using Key = std::pair<std::string_view, std::size_t>;
  std::map<std::string_view, std::size_t> seen_a, seen_b;
  std::map<Key, Member*> others;
  for (Member& member : b) others.emplace(Key{member.path, seen_b[member.path]++}, &member);
  Pairs pairs;
  std::vector<Member> only_a, only_b;
  for (Member& member : a) {
    const auto found = others.find({member.path, seen_a[member.path]++});
    if (found == others.end()) {
      only_a.push_back(member);
      continue;
    }
    pairs.emplace_back(member, *found->second);
    others.erase(found);
  }
  std::set<const Member*> left;
  for (const auto& [key, member] : others) left.insert(member);
  for (const Member& member : b)
    if (left.contains(&member)) only_b.push_back(member);
  pair_packed(only_a, only_b, pairs);
  add_unpaired(only_a, only_b, node);
  return pairs;
}

/// What the archive says of a pair beside its data, in front of what the data says.
void add_properties(const Member& a, const Member& b, Node& node) {
  std::vector<PropertyDifference> all = compare_properties(a.properties, b.properties);
  if (a.path != b.path) all.insert(all.begin(), {"name", a.path, b.path});
  if (all.empty()) return;
  node.verdict = Verdict::different;
  node.properties.insert(node.properties.begin(), all.begin(), all.end());
}

bool is_unread(const Member& member) { return member.is_file && member.digest.empty(); }

/// Members whose data cannot be read: damaged, encrypted, packed in a way of their own. Where they
/// are one side's alone, they are different; where they are both's, nobody knows. Returns whether
/// there are none of these.
bool take_out_unread(Pairs& pairs, Node& node) {
  std::size_t unknown = 0;
  std::string_view first;
  for (const auto& [one, other] : pairs) {
    if (is_unread(one) && is_unread(other)) {
      if (unknown++ == 0) first = one.path;
    } else if (is_unread(one) || is_unread(other)) {
      Node& child = node.children.emplace_back(only(Verdict::different, one));
      child.remarks.push_back(std::string(is_unread(one) ? "A" : "B") +
                              ": its data cannot be read");
    }
  }
  if (unknown > 0)
    node.remarks.push_back("not compared, since neither side can be read: " + std::string(first) +
                           (unknown > 1 ? " and " + std::to_string(unknown - 1) + " more" : ""));
  std::erase_if(pairs,
                [](const auto& pair) { return is_unread(pair.first) || is_unread(pair.second); });
  return unknown == 0;
}

bool in_other_order(const Pairs& pairs) {
  return !std::ranges::is_sorted(pairs, {}, [](const auto& pair) { return pair.second.number; });
}

/// The worst counts.
Verdict verdict_of(const Node& node) {
  Verdict verdict = node.diff.empty() ? Verdict::noise : Verdict::different;
  for (const PropertyDifference& property : node.properties)
    if (!property.is_noise) verdict = Verdict::different;
  for (const Node& child : node.children)
    if (child.verdict != Verdict::noise) verdict = Verdict::different;
  return verdict;
}

}  // namespace

std::optional<std::uint64_t> first_difference(const Content& a, const Content& b) {
  auto piece = b.pieces().begin();
  std::size_t used = 0;
  std::uint64_t at = 0;
  const bool all = for_each_part(a, [&](ByteView part) {
    while (!part.empty() && piece != b.pieces().end()) {
      const ByteView other = piece->bytes.subspan(used);
      const std::size_t count = std::min(part.size(), other.size());
      if (part.data() != other.data() && !equal(part.first(count), other.first(count))) {
        at += static_cast<std::uint64_t>(
            std::ranges::mismatch(part.first(count), other.first(count)).in1 - part.begin());
        return false;
      }
      part = part.subspan(count);
      at += count;
      used += count;
      if (used == piece->bytes.size()) ++piece, used = 0;
    }
    return part.empty();
  });
  return all && a.size() == b.size() ? std::nullopt : std::optional(at);
}

void name_noise(const Content& a, const Content& b, Node& node) {
  if (node.verdict != Verdict::noise || !node.noise.empty()) return;
  const auto at = first_difference(a, b);
  if (!at) return;
  const auto bytes = [](const Content& content) {
    return std::to_string(content.size()) + " bytes";
  };
  char text[64];
  std::snprintf(text, sizeof text, "bytes of no field, from 0x%llx on",
                static_cast<unsigned long long>(*at));
  node.properties.push_back({text, bytes(a), bytes(b), true});
}

void Explainer::compare(const Content& a, const Content& b, Node& node) {
  if (!first_difference(a, b)) return;
  ContentSource source_a(a), source_b(b);
  Result normal_a, normal_b;
  const auto normalize = [&](ContentSource& source) {
    return normalize_source(node.name, source, rules_, nullptr, services_);
  };
  on_both_sides(
      idle_, a.size() + b.size(), [&] { normal_a = normalize(source_a); },
      [&] { normal_b = normalize(source_b); });
  const auto content = [](const Result& result, const Content& otherwise) {
    return result.outcome == Result::Outcome::changed ? result.content : otherwise;
  };
  compare_normal({content(normal_a, a), normal_a.journal, node.name},
                 {content(normal_b, b), normal_b.journal, node.name}, node);
  name_noise(a, b, node);
}

void Explainer::compare_normal(const Normal& a, const Normal& b, Node& node) {
  const Said said_a{a.journal, a.path, node.name}, said_b{b.journal, b.path, node.name};
  node.noise = noisy_fields(said_a, said_b);
  if (!first_difference(a.content, b.content)) {
    node.verdict = Verdict::noise;
    return;
  }
  add_remarks(said_a, "A", node);
  add_remarks(said_b, "B", node);
  LeftAlone left;
  for (const Said* said : {&said_a, &said_b})
    for (const Remark& remark : said->journal.remarks)
      if (says_left(remark)) left.insert(said->member(remark.member));
  node.verdict = Verdict::different;
  explain(a.content, b.content, {&left, "", depth_}, node);
  // Though all that is in them may be read alike, readers stumble over one.
  if (damage_told(said_a) != damage_told(said_b)) node.verdict = Verdict::different;
}

void Explainer::explain(const Content& a, const Content& b, const Place& place, Node& node) {
  const std::string_view format_a = format_of(node.name, a), format_b = format_of(node.name, b);
  node.kind = format_a == format_b ? format_a : "data";
  if (format_a != format_b) {
    const auto shown = [](std::string_view format) { return format.empty() ? "data" : format; };
    node.properties.push_back(
        {"format", std::string(shown(format_a)), std::string(shown(format_b))});
  }
  const std::vector<PropertyDifference> properties = node.properties;
  if (place.depth <= rules_.limits.depth) {
    try {
      if (format_a == format_b ? look_inside(format_a, a, b, place, node)
                               : look_inside_packed(format_a, format_b, a, b, place, node))
        return;
    } catch (const FormatError& error) {
      node.remarks.push_back(std::string("cannot be looked into: ") + error.what());
    } catch (const LimitError& error) {
      node.remarks.push_back(std::string("not looked into: ") + error.what());
    }
  }
  node.children.clear();
  node.properties = properties;
  node.verdict = Verdict::different;
  Buffer room_a, room_b;
  explain_opaque(format_a == format_b ? format_a : "", a.contiguous(room_a), b.contiguous(room_b),
                 rules_, node);
}

/// The same for files that are packed each in another way, and differ in that at least.
bool Explainer::look_inside_packed(std::string_view format_a, std::string_view format_b,
                                   const Content& a, const Content& b, const Place& place,
                                   Node& node) {
  if (shape_of(format_a, a) != Shape::packed || shape_of(format_b, b) != Shape::packed)
    return false;
  compare_payloads(format_a, format_b, a, b, place, node);
  node.kind = "packed";
  node.verdict = Verdict::different;
  return true;
}

/// False where the difference is not found there.
bool Explainer::look_inside(std::string_view format, const Content& a, const Content& b,
                            const Place& place, Node& node) {
  const std::size_t told = node.properties.size();
  bool all = true;
  switch (shape_of(format, a)) {
    case Shape::packed:
      compare_payloads(format, format, a, b, place, node);
      break;
    case Shape::archive:
      all = compare_archives(a, b, place, node);
      compare_descriptions(format, a, b, node);
      break;
    case Shape::opaque:
      return false;
  }
  const bool found = !node.children.empty() || node.properties.size() > told || !node.diff.empty();
  if (found) node.verdict = all ? verdict_of(node) : Verdict::different;
  return found;
}

void Explainer::compare_payloads(std::string_view format_a, std::string_view format_b,
                                 const Content& a, const Content& b, const Place& place,
                                 Node& node) {
  Content payload_a, payload_b;
  on_both_sides(
      idle_, a.size() + b.size(),
      [&] { payload_a = Content::own(inside::unpack(format_a, a, allowance_a_)); },
      [&] { payload_b = Content::own(inside::unpack(format_b, b, allowance_b_)); });
  Node child;
  child.name = inside::payload_name(node.name.substr(node.name.rfind('/') + 1));
  child.is_member = true;
  compare_member(payload_a, payload_b, place, child);
  if (child.verdict != Verdict::equal)
    node.children.push_back(std::move(child));
  else if (is_only_packing(node.kind))
    node.properties.push_back(
        {"compressed data", std::to_string(a.size()), std::to_string(b.size()), true});
}

/// False where not all that is on both sides could be compared.
bool Explainer::compare_archives(const Content& a, const Content& b, const Place& place,
                                 Node& node) {
  std::vector<Member> members_a, members_b;
  on_both_sides(
      idle_, a.size() + b.size(), [&] { members_a = inside::list_members(a, allowance_a_); },
      [&] { members_b = inside::list_members(b, allowance_b_); });
  Pairs pairs = pair_members(members_a, members_b, node);
  if (in_other_order(pairs)) node.properties.push_back({"order of members", "", "another"});
  const bool all = take_out_unread(pairs, node);
  compare_data(a, b, pairs, place, node);
  std::ranges::stable_sort(node.children, {}, &Node::name);
  return all;
}

/// What packages say of themselves beside their members.
void Explainer::compare_descriptions(std::string_view format, const Content& a, const Content& b,
                                     Node& node) {
  Buffer room_a, room_b;
  explain_by_description(format, a.contiguous(room_a), b.contiguous(room_b), rules_, node);
}

void Explainer::compare_data(const Content& a, const Content& b, Pairs& pairs, const Place& place,
                             Node& node) {
  std::erase_if(pairs, [](const auto& pair) {
    return pair.first.digest == pair.second.digest &&
           pair.first.properties == pair.second.properties;
  });
  for (std::size_t first = 0; first < pairs.size();) {
    // Each batch is in the order of A; B is read in its own, which mostly is the same.
    std::size_t last = first;
    std::vector<std::size_t> from_a, from_b;
    for (std::uint64_t bytes = 0; last < pairs.size(); ++last) {
      const auto& [one, other] = pairs[last];
      if (one.digest == other.digest) continue;
      bytes += std::max(one.size, other.size);
      if (bytes > kBatchBytes && !from_a.empty()) break;
      from_a.push_back(one.number);
      from_b.push_back(other.number);
    }
    std::vector<std::size_t> sorted_b = from_b;
    std::ranges::sort(sorted_b);
    std::vector<Buffer> read_a, read_b;
    on_both_sides(
        idle_, a.size() + b.size(), [&] { read_a = inside::read_members(a, from_a, allowance_a_); },
        [&] { read_b = inside::read_members(b, sorted_b, allowance_b_); });
    std::size_t read = 0;
    for (; first < last; ++first) {
      const auto& [one, other] = pairs[first];
      Node child = only(Verdict::equal, one);
      if (one.digest != other.digest) {
        const auto at = std::ranges::lower_bound(sorted_b, other.number) - sorted_b.begin();
        const Content data_a = Content::own(std::move(read_a[read++]));
        const Content data_b = Content::own(std::move(read_b[static_cast<std::size_t>(at)]));
        compare_member(data_a, data_b, place, child);
      }
      add_properties(one, other, child);
      if (child.verdict != Verdict::equal) node.children.push_back(std::move(child));
    }
  }
}

void Explainer::compare_member(const Content& a, const Content& b, const Place& place, Node& node) {
  if (!first_difference(a, b)) return;
  const std::string path = joined(place.path, node.name);
  // The remark stands with the file that was left, or with one of its containers.
  if (place.left->contains(place.path) || place.left->contains(path)) {
    const unsigned depth = std::exchange(depth_, place.depth + 1);
    compare(a, b, node);
    depth_ = depth;
    return;
  }
  node.verdict = Verdict::different;
  explain(a, b, {place.left, path, place.depth + 1}, node);
}

}  // namespace normalize::diff
