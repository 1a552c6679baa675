// compile_rules OUTPUT.cpp NAME FILE...: the rule files as parts of a program,
// builtin_rule_files(), read when that is built. To read them takes longer than to compare two
// small packages.

#include <fstream>
#include <iostream>
#include <iterator>
#include <sstream>

#include "rules/rule_document.h"
#include "rules/rule_file.h"

namespace {

using namespace normalize;

/// Pieces, since compilers take no literal of any length.
std::string literal(std::string_view text) {
  constexpr std::size_t kPiece = 1000;
  constexpr std::string_view kOctal = "01234567";
  std::string written = "{\"";
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (i > 0 && i % kPiece == 0) written += "\"\n\"";
    if (byte >= ' ' && byte < 0x7f && byte != '"' && byte != '\\' && byte != '?')
      written += text[i];
    else
      written.append("\\")
          .append(1, kOctal[byte >> 6])
          .append(1, kOctal[byte >> 3 & 7])
          .append(1, kOctal[byte & 7]);
  }
  return written + "\", " + std::to_string(text.size()) + "}";
}

std::string place(const RuleNode::Place& place) {
  return "{" + std::to_string(place.line) + ", " + std::to_string(place.column) + "}";
}

/// Writes nodes behind those that they refer to.
class Writing {
 public:
  explicit Writing(std::ostream& out) : out_(out) {}

  /// The initializer of `node`.
  std::string node(const RuleNode& node) {
    const std::string list = node.count > 0 ? array(node.children()) : "nullptr";
    return "{RuleNode::Kind{" + std::to_string(static_cast<int>(node.kind)) + "}, " +
           place(node.begin) + ", " + place(node.key_begin) + ", " + literal(node.key) + ", " +
           literal(node.text) + ", " + std::to_string(node.number) + ", " + list + ", " +
           std::to_string(node.count) + "}";
  }

  /// The name of an array of them.
  std::string array(std::span<const RuleNode> nodes) {
    std::string text;
    for (const RuleNode& each : nodes) text += "    " + node(each) + ",\n";
    const std::string name = "kNodes" + std::to_string(++arrays_);
    out_ << "constexpr RuleNode " << name << "[] = {\n" << text << "};\n";
    return name;
  }

 private:
  std::ostream& out_;
  std::size_t arrays_ = 0;
};

std::string read_file(const char* path) {
  std::ifstream file(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  if (!file) throw RuleFileError(std::string(path) + ": cannot be read");
  return text;
}

void write(std::span<char*> names_and_files, std::ostream& out) {
  out << "#include \"rules/builtin.h\"\n\nnamespace normalize {\nnamespace {\n\n";
  Writing writing(out);
  std::string files;
  for (std::size_t i = 0; i + 1 < names_and_files.size(); i += 2) {
    const std::string name = names_and_files[i], text = read_file(names_and_files[i + 1]);
    const RuleDocument document(text, name);
    const std::string root = writing.array(std::span(&document.root(), 1));
    files += "    {" + literal(name) + ", " + literal(text) + ", " + root + "},\n";
  }
  out << "\nconstexpr BuiltinRuleFile kFiles[] = {\n"
      << files
      << "};\n\n}  // namespace\n\nstd::span<const BuiltinRuleFile> builtin_rule_files() { return "
         "kFiles; }\n\n}  // namespace normalize\n";
}

}  // namespace

int main(int count, char** arguments) try {
  if (count < 2) throw RuleFileError("compile_rules OUTPUT.cpp NAME FILE...");
  std::ostringstream text;
  write(std::span(arguments, static_cast<std::size_t>(count)).subspan(2), text);
  std::ofstream file(arguments[1], std::ios::binary);
  if (!(file << text.str()).flush())
    throw RuleFileError(std::string(arguments[1]) + ": cannot be written");
  return 0;
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 2;
}
