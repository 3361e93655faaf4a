// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <functional>

namespace mess::internal {

/// The processors there are.
std::size_t num_processors();

/// Calls task(0) to task(num_tasks - 1), each once, on at most `num_threads` threads, of which the caller is one. The
/// threads end with the call: nothing is left that a fork could lose. The first exception is thrown again here.
void parallel_for(std::size_t num_tasks, std::size_t num_threads, const std::function<void(std::size_t)>& task);

}  // namespace mess::internal
