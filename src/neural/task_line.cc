// SPDX-License-Identifier: MIT
#include "src/neural/task_line.h"

#include <utility>

namespace mess::internal {

TaskLine::~TaskLine() {
  {
    const std::lock_guard lock(mutex_);
    is_closed_ = true;
    waiting_ = nullptr;
  }
  changed_.notify_all();
  if (thread_.joinable())
    thread_.join();
}

void TaskLine::add(std::function<void()> task) {
  std::unique_lock lock(mutex_);
  if (!thread_.joinable())
    thread_ = std::thread([this] { work(); });
  changed_.wait(lock, [&] { return !waiting_ || error_; });
  rethrow();
  waiting_ = std::move(task);
  changed_.notify_all();
}

void TaskLine::finish() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return (!waiting_ && !is_running_) || error_; });
  rethrow();
}

void TaskLine::rethrow() {
  if (!error_)
    return;
  waiting_ = nullptr;  // what followed the failed task has lost its meaning
  std::rethrow_exception(std::exchange(error_, nullptr));
}

void TaskLine::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [&] { return is_closed_ || (waiting_ && !error_); });
    if (is_closed_)
      return;
    const std::function<void()> task = std::exchange(waiting_, nullptr);
    is_running_ = true;
    changed_.notify_all();
    lock.unlock();
    std::exception_ptr error;
    try {
      task();
    } catch (...) {
      error = std::current_exception();
    }
    lock.lock();
    is_running_ = false;
    error_ = error;
    changed_.notify_all();
  }
}

}  // namespace mess::internal
