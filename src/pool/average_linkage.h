// SPDX-License-Identifier: MIT
// Agglomerative clustering.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <vector>

namespace mess::internal {

/// Joins the two clusters that are most alike on average, until no two are alike by `min_similarity`; equal ones in order.
/// Returns a cluster for each row, numbered in the order in which they appear.
std::vector<std::size_t> average_linkage(Eigen::MatrixXf similarity, float min_similarity);

}  // namespace mess::internal
