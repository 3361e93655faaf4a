// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>

namespace mess::internal {

/// Wall clock that runs only while decoding works: a slow sink or a reader that pauses between chunks spends nothing.
class TimeBudget {
 public:
  explicit TimeBudget(double seconds) : budget_(seconds) {}

  bool is_spent() const { return spent_ + (is_running_ ? Clock::now() - started_ : Seconds::zero()) > budget_; }
  double total_seconds() const { return budget_.count(); }

  /// Counts for as long as it lives.
  class Running {
   public:
    explicit Running(TimeBudget& budget) : budget_(budget) {
      budget_.started_ = Clock::now();
      budget_.is_running_ = true;
    }
    ~Running() {
      budget_.spent_ += Clock::now() - budget_.started_;
      budget_.is_running_ = false;
    }
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;

   private:
    TimeBudget& budget_;
  };

 private:
  using Clock = std::chrono::steady_clock;
  using Seconds = std::chrono::duration<double>;

  Seconds budget_;
  Seconds spent_ = Seconds::zero();
  Clock::time_point started_;
  bool is_running_ = false;
};

}  // namespace mess::internal
