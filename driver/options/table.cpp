#include "driver/options/table.h"

namespace normalize {
namespace {

std::string joined(const std::vector<std::string>& words, char between) {
  std::string text;
  for (const std::string& word : words) {
    if (!text.empty()) text += between;
    text += word;
  }
  return text;
}

}  // namespace

std::string option_table(const DescribedCommand& command) {
  std::string table;
  for (const DescribedOption& option : command.options)
    table += joined(spellings(option), ',') + "\t" + option.value + "\t" +
             joined(option.words, ' ') + "\t" + option.help + "\n";
  return table;
}

std::string command_table(std::span<const CommandSummary> commands) {
  std::string table;
  for (const CommandSummary& command : commands)
    table.append(command.name).append("\t\t\t").append(command.summary).append("\n");
  return table;
}

}  // namespace normalize
