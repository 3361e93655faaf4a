// SPDX-License-Identifier: MIT
#include "src/pool/average_linkage.h"

#include <limits>
#include <numeric>

namespace mess::internal {
namespace {

constexpr float kNever = -std::numeric_limits<float>::infinity();

// Clusters are named by their first row. Each remembers which later one it is most like, so that a round looks at every
// cluster once instead of at every pair.
class Linkage {
 public:
  explicit Linkage(Eigen::MatrixXf similarity)
      : similarity_(std::move(similarity)),
        sizes_(static_cast<std::size_t>(similarity_.rows()), 1.0f),
        parents_(sizes_.size()),
        nearest_(sizes_.size()) {
    std::iota(parents_.begin(), parents_.end(), std::size_t{0});
    for (std::size_t i = 0; i < sizes_.size(); ++i)
      find_nearest(i);
  }

  bool join_most_alike(float min_similarity) {
    std::size_t best = 0;
    for (std::size_t i = 0; i < sizes_.size(); ++i) {
      if (nearest_[i].similarity > nearest_[best].similarity)
        best = i;
    }
    if (sizes_.empty() || !(nearest_[best].similarity >= min_similarity))
      return false;
    join(best, nearest_[best].cluster);
    return true;
  }

  std::vector<std::size_t> numbered() const {
    std::vector<std::size_t> numbers(parents_.size());
    std::size_t count = 0;
    for (std::size_t i = 0; i < parents_.size(); ++i)
      numbers[i] = parents_[i] == i ? count++ : numbers[parents_[i]];
    return numbers;
  }

 private:
  struct Nearest {
    std::size_t cluster = 0;
    float similarity = kNever;
  };

  bool is_alive(std::size_t i) const { return sizes_[i] > 0.0f; }
  float& between(std::size_t a, std::size_t b) {
    return similarity_(static_cast<Eigen::Index>(a), static_cast<Eigen::Index>(b));
  }

  void find_nearest(std::size_t i) {
    nearest_[i] = {};
    for (std::size_t j = i + 1; is_alive(i) && j < sizes_.size(); ++j) {
      if (is_alive(j) && between(i, j) > nearest_[i].similarity)
        nearest_[i] = {j, between(i, j)};
    }
  }

  void join(std::size_t kept, std::size_t gone) {
    const float share = sizes_[kept] / (sizes_[kept] + sizes_[gone]);
    for (std::size_t i = 0; i < sizes_.size(); ++i)
      between(kept, i) = between(i, kept) = share * between(kept, i) + (1.0f - share) * between(gone, i);
    sizes_[kept] += sizes_[gone];
    sizes_[gone] = 0.0f;
    for (std::size_t& parent : parents_)
      parent = parent == gone ? kept : parent;
    for (std::size_t i = 0; i <= gone; ++i) {
      const bool is_stale = i == kept || i == gone || nearest_[i].cluster == kept || nearest_[i].cluster == gone;
      if (is_stale) {
        find_nearest(i);
      } else if (is_alive(i) && i < kept && between(i, kept) > nearest_[i].similarity) {
        nearest_[i] = {kept, between(i, kept)};
      }
    }
  }

  Eigen::MatrixXf similarity_;
  std::vector<float> sizes_;  // 0 of those that were joined to others
  std::vector<std::size_t> parents_;
  std::vector<Nearest> nearest_;
};

}  // namespace

std::vector<std::size_t> average_linkage(Eigen::MatrixXf similarity, float min_similarity) {
  Linkage linkage(std::move(similarity));
  while (linkage.join_most_alike(min_similarity)) {
  }
  return linkage.numbered();
}

}  // namespace mess::internal
