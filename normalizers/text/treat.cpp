#include "normalizers/text/treat.h"

#include "normalizers/plugin.h"
#include "normalizers/text/treatments.h"

namespace normalize {
namespace {

/// A text on its way through rules.
class Treatment {
 public:
  /// Says nothing where `teller` is null.
  Treatment(ByteView text, Context& context, Context* teller)
      : text_(text), context_(context), teller_(teller) {}

  void apply(const Rule& rule) {
    Changes changes(rule.field, teller_);
    for (const Replacing& how : rule.replace)
      take(replace(how, as_text(text_), context_.rules(), changes));
    if (!rule.set_key.empty())
      take(set_keys(rule.set_key, as_text(text_), context_.rules(), changes));
    for (const DroppingLines& how : rule.drop_lines) take(drop_lines(how, as_text(text_), changes));
    if (rule.sort_lines) take(sort_lines(*rule.sort_lines, as_text(text_), changes));
    changes.finish();
    // The helper has looked already whether the plugin would change its own output.
    if (rule.python && teller_) call(*rule.python);
  }

  ByteView text() const { return text_; }
  bool has_changed() const { return own_.has_value(); }
  Content finish() && { return own_ ? Content::own(std::move(*own_)) : Content::view(text_); }

 private:
  void take(std::optional<Buffer> after) {
    if (!after) return;
    own_ = std::move(after);
    text_ = ByteView(own_->data(), own_->size());
  }

  void call(const CallingPlugin& plugin) {
    const Content after = run_plugin(plugin.function, plugin.settings, text_, context_);
    if (!(after == text_)) take(after.to_buffer());
  }

  ByteView text_;
  Context& context_;
  Context* teller_;
  std::optional<Buffer> own_;
};

std::string names(const Ruling& ruling) {
  std::string text;
  for (const Rule* rule : ruling.rules)
    if (rule->treats_text()) text += (text.empty() ? "" : ", ") + rule->name;
  return text;
}

}  // namespace

Content treat_text(const Ruling& ruling, ByteView text, Context& context) {
  if (text.size() > kMostTextBytes)
    return context.leave(text, names(ruling) + ": larger than 64 MiB, the most that rules treat");
  const Context::Mark mark = context.mark();
  try {
    Treatment first(text, context, &context);
    for (const Rule* rule : ruling.rules) first.apply(*rule);
    if (!first.has_changed()) return std::move(first).finish();
    Treatment second(first.text(), context, nullptr);
    for (const Rule* rule : ruling.rules) second.apply(*rule);
    if (equal(second.text(), first.text())) return std::move(first).finish();
    context.take_back(mark);
    return context.leave(text, names(ruling) + ": would change its own result again");
  } catch (const LimitError& error) {
    context.take_back(mark);
    return context.leave(text, names(ruling) + ": " + error.what());
  }
}

}  // namespace normalize
