// SPDX-License-Identifier: MIT
#pragma once

#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>

namespace mess::internal {

/// Runs tasks one after the other on a thread of its own, which starts with the first: whoever adds them goes on meanwhile.
/// One task runs and one waits at most. For use from one thread.
class TaskLine {
 public:
  TaskLine() = default;
  /// Waits for the task that runs; the one that waits is dropped.
  ~TaskLine();
  TaskLine(const TaskLine&) = delete;
  TaskLine& operator=(const TaskLine&) = delete;

  /// Waits while another task waits already. @throws what an earlier task threw
  void add(std::function<void()> task);
  /// Returns when all tasks are done. @throws what one of them threw
  void finish();

 private:
  void work();
  void rethrow();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::function<void()> waiting_;
  std::exception_ptr error_;
  bool is_running_ = false;
  bool is_closed_ = false;
  std::thread thread_;
};

}  // namespace mess::internal
