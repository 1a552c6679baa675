#include "driver/diff/compare_paths.h"

#include "driver/diff/package_tree.h"
#include "driver/usage_error.h"

namespace normalize::diff {
namespace {

Task task_for(const std::string& path, const Task& task) {
  Task own;
  own.mode = Task::Mode::check;
  own.paths = {path};
  own.excludes = task.excludes;
  own.jobs = task.jobs;
  own.claims = Task::Claims::when_opened;
  return own;
}

bool is_tree(const NormalTree& tree, const std::string& path) {
  if (tree.size() == 0) throw UsageError(path + ": could not be looked at, or is excluded");
  return tree.path(0).empty();
}

}  // namespace

Rules default_rules() {
  Rules rules;
  rules.profile = Profile::strict;
  rules.signed_files = SignedFiles::strip;
  rules.recompress = Recompress::store;
  rules.verify = false;
  return rules;
}

Comparison compare_paths(const std::string& a, const std::string& b, const Task& task,
                         const Rules& rules, Services* services, Progress* progress) {
  if (progress) progress->begin("reading names");
  const NormalTree tree_a(task_for(a, task), rules, services, Naming::below_root);
  const NormalTree tree_b(task_for(b, task), rules, services, Naming::below_root);
  const TreePair pair{tree_a, tree_b, rules, services, task.jobs, progress};
  const bool a_is_tree = is_tree(tree_a, a), b_is_tree = is_tree(tree_b, b);
  Comparison comparison = a_is_tree && b_is_tree   ? compare_trees(pair)
                          : a_is_tree != b_is_tree ? compare_package(pair, b_is_tree)
                                                   : compare_files(pair);
  comparison.a = a;
  comparison.b = b;
  return comparison;
}

}  // namespace normalize::diff
