// SPDX-License-Identifier: MIT
#include "src/support/parallel.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace mess::internal {

std::size_t num_processors() { return std::max(1u, std::thread::hardware_concurrency()); }

void parallel_for(std::size_t num_tasks, std::size_t num_threads, const std::function<void(std::size_t)>& task) {
  std::atomic<std::size_t> next{0};
  std::mutex mutex;
  std::exception_ptr first_error;
  const auto work = [&] {
    for (std::size_t i = next++; i < num_tasks; i = next++) {
      try {
        task(i);
      } catch (...) {
        const std::lock_guard lock(mutex);
        if (!first_error)
          first_error = std::current_exception();
        next = num_tasks;
      }
    }
  };
  std::vector<std::thread> threads;
  threads.reserve(std::min(num_threads, num_tasks));
  for (std::size_t i = 1; i < std::min(num_threads, num_tasks); ++i) {
    try {
      threads.emplace_back(work);
    } catch (...) {
      break;  // no more threads, or no memory for one: those that run do it all
    }
  }
  work();
  for (std::thread& thread : threads)
    thread.join();
  if (first_error)
    std::rethrow_exception(first_error);
}

}  // namespace mess::internal
