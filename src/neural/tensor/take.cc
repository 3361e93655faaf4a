// SPDX-License-Identifier: MIT
// Matching the names of a checkpoint to the names a model wants.
#include <ATen/core/Tensor.h>

#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <utility>

#include "mess/error.h"
#include "src/neural/tensor/checkpoint.h"
#include "src/neural/tensor/stored_tensor.h"

namespace mess::internal {
namespace {

constexpr std::size_t kMaxListed = 8;

constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kOldEndings{{
    {".weight_g", ".parametrizations.weight.original0"},
    {".weight_v", ".parametrizations.weight.original1"},
    {".gamma", ".weight"},
    {".beta", ".bias"},
}};

std::string new_spelling(std::string name) {
  for (const auto& [old_ending, new_ending] : kOldEndings) {
    if (name.ends_with(old_ending))
      return name.replace(name.size() - old_ending.size(), old_ending.size(), new_ending);
  }
  return name;
}

// "*" stands for anything, also for nothing.
bool matches(std::string_view name, std::string_view pattern) {
  const std::size_t star = pattern.find('*');
  if (star == std::string_view::npos)
    return name == pattern;
  if (!name.starts_with(pattern.substr(0, star)))
    return false;
  const std::string_view rest = pattern.substr(star + 1);
  for (std::size_t begin = star; begin <= name.size(); ++begin) {
    if (matches(name.substr(begin), rest))
      return true;
  }
  return false;
}

class Findings {
 public:
  void add(const std::string& kind, const std::string& line) { lines_[kind].push_back(line); }

  void raise_if_any(const std::string& source) const {
    if (lines_.empty())
      return;
    std::string text;
    for (const auto& [kind, lines] : lines_)
      text += (text.empty() ? "" : "; ") + std::to_string(lines.size()) + " " + kind + ": " + listed(lines);
    throw ModelError("[neural] " + source + ": expected the tensors of the model, found " + text);
  }

 private:
  static std::string listed(const std::vector<std::string>& lines) {
    std::string text;
    for (std::size_t i = 0; i < std::min(lines.size(), kMaxListed); ++i)
      text += (i > 0 ? ", " : "") + lines[i];
    return lines.size() > kMaxListed ? text + " and " + std::to_string(lines.size() - kMaxListed) + " more" : text;
  }

  std::map<std::string, std::vector<std::string>> lines_;
};

// Stored names by what they could be called: as they are, without a prefix, in the new spelling.
class StoredNames {
 public:
  StoredNames(const std::vector<std::string>& names, const KeyRules& rules) {
    for (const std::string& name : names) {
      add(name, name);
      for (const std::string& prefix : rules.prefixes) {
        if (name.starts_with(prefix))
          add(name.substr(prefix.size()), name);
      }
    }
  }

  /// A name that is spelled exactly as wanted wins over all others.
  std::set<std::string> find(const std::string& wanted) const {
    if (const auto exact = exact_.find(wanted); exact != exact_.end())
      return exact->second;
    const auto found = respelled_.find(new_spelling(wanted));
    return found == respelled_.end() ? std::set<std::string>() : found->second;
  }

 private:
  void add(const std::string& called, const std::string& stored) {
    exact_[called].insert(stored);
    respelled_[new_spelling(called)].insert(stored);
  }

  std::map<std::string, std::set<std::string>> exact_;
  std::map<std::string, std::set<std::string>> respelled_;
};

bool is_ignorable(const std::string& name, const KeyRules& rules) {
  return std::ranges::any_of(rules.ignorable, [&](const std::string& pattern) {
    return matches(name, pattern) || std::ranges::any_of(rules.prefixes, [&](const std::string& prefix) {
             return name.starts_with(prefix) && matches(std::string_view(name).substr(prefix.size()), pattern);
           });
  });
}

std::string joined(const std::set<std::string>& names) {
  std::string text;
  for (const std::string& name : names)
    text += (text.empty() ? "" : " and ") + name;
  return text;
}

}  // namespace

std::map<std::string, at::Tensor> take(const Checkpoint& checkpoint, const std::vector<WantedTensor>& wanted,
                                       const KeyRules& rules) {
  const std::vector<std::string> names = checkpoint.names();
  const StoredNames stored(names, rules);
  std::set<std::string> used;
  std::map<std::string, std::string> chosen;
  Findings findings;
  for (const WantedTensor& want : wanted) {
    const std::set<std::string> candidates = stored.find(want.name);
    used.insert(candidates.begin(), candidates.end());
    if (candidates.empty() && !want.optional)
      findings.add("missing", want.name);
    if (candidates.size() > 1)
      findings.add("twice", joined(candidates));
    if (candidates.size() != 1)
      continue;
    const std::vector<std::int64_t> shape = checkpoint.shape(*candidates.begin());
    if (shape != want.shape)
      findings.add("misshapen",
                   want.name + " (expected " + shape_text(want.shape) + ", found " + shape_text(shape) + ")");
    else
      chosen.emplace(want.name, *candidates.begin());
  }
  for (const std::string& name : names) {
    if (!used.contains(name) && !is_ignorable(name, rules))
      findings.add("unexpected", name);
  }
  findings.raise_if_any(checkpoint.path().string());
  std::map<std::string, at::Tensor> taken;
  for (const auto& [name, stored_name] : chosen)
    taken.emplace(name, checkpoint.tensor(stored_name));
  return taken;
}

}  // namespace mess::internal
