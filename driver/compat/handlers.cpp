#include "driver/compat/handlers.h"

#include <algorithm>

#include "normalizers/registry.h"

namespace normalize {
namespace {

/// Whether `word` is one of `words`, which have blanks between them.
bool has_word(std::string_view words, std::string_view word) {
  while (!words.empty()) {
    const std::size_t end = std::min(words.find(' '), words.size());
    if (words.substr(0, end) == word) return true;
    words.remove_prefix(std::min(end + 1, words.size()));
  }
  return false;
}

std::string_view suffix_of(std::string_view path) {
  const std::string_view name = path.substr(path.rfind('/') + 1);
  const std::size_t dot = name.rfind('.');
  return dot == std::string_view::npos ? "-" : name.substr(dot + 1);
}

}  // namespace

Handlers::Handlers(std::span<const Handler> table) : table_(table) {
  for (const Handler& handler : table_) on_[std::string(handler.name)] = handler.on;
  for (const auto& format : all_normalizers()) {
    const bool theirs = std::ranges::any_of(
        table_, [&](const Handler& handler) { return has_word(handler.formats, format->name()); });
    if (theirs) continue;
    own_.emplace_back(format->name());
    on_[own_.back()] = true;
  }
}

std::vector<std::string> Handlers::names() const {
  std::vector<std::string> names;
  for (const Handler& handler : table_) names.emplace_back(handler.name);
  names.insert(names.end(), own_.begin(), own_.end());
  return names;
}

std::vector<std::string> Handlers::names_on() const {
  std::vector<std::string> names;
  for (const auto& [name, on] : on_)
    if (on) names.push_back(name);
  return names;
}

void Handlers::turn_all(bool on) {
  for (auto& [name, is_on] : on_) is_on = on;
}

std::string Handlers::of(std::string_view path, std::string_view format) const {
  for (const Handler& handler : table_) {
    const bool named = handler.suffixes.empty() || has_word(handler.suffixes, suffix_of(path));
    if (named && has_word(handler.formats, format)) return std::string(handler.name);
  }
  return std::string(format);
}

bool Handlers::takes(std::string_view name, std::string_view format) const {
  for (const Handler& handler : table_)
    if (handler.name == name) return has_word(handler.formats, format);
  return name == format;
}

}  // namespace normalize
