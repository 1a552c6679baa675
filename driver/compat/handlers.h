#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace normalize {

/// What another program calls a "handler" or "normalizer", in terms of our formats.
struct Handler {
  std::string_view name;
  std::string_view formats;  // with blanks between
  /// Of file names, without the dot; "-" stands for a name without. Empty where any will do. Splits
  /// a format that the other program has several handlers for, in the order of the table.
  std::string_view suffixes = "";
  bool on = true;  // unless somebody says otherwise
};

/// The handlers of another program, and which are on. A format of ours that it has no handler for
/// is a handler of its own, and on.
class Handlers {
 public:
  explicit Handlers(std::span<const Handler> table);

  /// All names, those of the table in its order, then those of our own.
  std::vector<std::string> names() const;
  std::vector<std::string> names_on() const;
  bool knows(const std::string& name) const { return on_.contains(name); }

  /// `name` is known.
  void turn(const std::string& name, bool on) { on_[name] = on; }
  void turn_all(bool on);

  /// The handler of a file that `format` recognizes.
  std::string of(std::string_view path, std::string_view format) const;
  bool is_on(const std::string& name) const { return on_.at(name); }
  /// Whether the handler can work on files of the format, whatever they are called.
  bool takes(std::string_view name, std::string_view format) const;

 private:
  std::span<const Handler> table_;
  std::vector<std::string> own_;  // formats that the table does not name
  std::map<std::string, bool> on_;
};

}  // namespace normalize
