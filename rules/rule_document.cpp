// TOML 1.0. The one file that includes toml++, which is compiled into the program: its own library
// would bring no more than itself and a second C++ library.

#include "rules/rule_document.h"

#define TOML_IMPLEMENTATION
#include <toml++/toml.h>

#include <sstream>

#include "rules/rule_file.h"

namespace normalize {

class RuleDocumentMaker {
 public:
  explicit RuleDocumentMaker(RuleDocument& document) : document_(document) {}

  RuleNode node(const toml::node& from, std::string_view key = {}) {
    RuleNode made;
    made.begin = place(from.source());
    made.key = key;
    if (const auto* table = from.as_table()) {
      made.kind = RuleNode::Kind::table;
      if (key == "settings") made.text = keep(as_json(*table));
      own(entries(*table), made);
    } else if (const auto* array = from.as_array()) {
      made.kind = RuleNode::Kind::array;
      std::vector<RuleNode> all;
      for (const toml::node& each : *array) all.push_back(node(each));
      own(std::move(all), made);
    } else if (const auto* text = from.as_string()) {
      made.kind = RuleNode::Kind::text;
      made.text = keep(text->get());
    } else if (const auto* number = from.as_integer()) {
      made.kind = RuleNode::Kind::number;
      made.number = number->get();
    } else if (const auto* truth = from.as_boolean()) {
      made.kind = RuleNode::Kind::truth;
      made.number = truth->get() ? 1 : 0;
    }
    return made;
  }

 private:
  static RuleNode::Place place(const toml::source_region& region) {
    return {region.begin.line, region.begin.column};
  }

  static std::string as_json(const toml::table& table) {
    std::ostringstream json;
    json << toml::json_formatter(table, toml::format_flags::none);
    return json.str();
  }

  std::string_view keep(std::string text) { return document_.texts_.emplace_back(std::move(text)); }

  void own(std::vector<RuleNode> children, RuleNode& parent) {
    const auto& kept = document_.lists_.emplace_back(std::move(children));
    parent.first = kept.data();
    parent.count = kept.size();
  }

  std::vector<RuleNode> entries(const toml::table& table) {
    std::vector<RuleNode> all;
    for (const auto& [key, value] : table) {
      all.push_back(node(value, keep(std::string(key.str()))));
      all.back().key_begin = place(key.source());
    }
    return all;
  }

  RuleDocument& document_;
};

RuleDocument::RuleDocument(std::string_view text, const std::string& file) try {
  root_ = RuleDocumentMaker(*this).node(toml::parse(text, file));
} catch (const toml::parse_error& error) {
  const auto& [line, column] = error.source().begin;
  throw RuleFileError(file + ":" + std::to_string(line) + ":" + std::to_string(column) + ": " +
                      std::string(error.description()));
}

}  // namespace normalize
