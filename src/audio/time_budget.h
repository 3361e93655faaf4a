// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>

namespace mess::internal {

/// Wall clock that runs only while decoding and converting work: a slow sink or a reader that pauses between chunks spends
/// nothing.
class TimeBudget {
 public:
  explicit TimeBudget(double seconds) : budget_(seconds) {}

  bool is_spent() const { return spent_ + (is_running_ ? Clock::now() - started_ : Seconds::zero()) > budget_; }
  double total_seconds() const { return budget_.count(); }

  /// Counts for as long as it lives.
  class Running {
   public:
    explicit Running(TimeBudget& budget) : budget_(budget) { budget_.start(); }
    ~Running() { budget_.stop(); }
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;

   private:
    TimeBudget& budget_;
  };

  /// Inside a Running: does not count for as long as it lives.
  class Paused {
   public:
    explicit Paused(TimeBudget& budget) : budget_(budget) { budget_.stop(); }
    ~Paused() { budget_.start(); }
    Paused(const Paused&) = delete;
    Paused& operator=(const Paused&) = delete;

   private:
    TimeBudget& budget_;
  };

 private:
  using Clock = std::chrono::steady_clock;
  using Seconds = std::chrono::duration<double>;

  void start() {
    started_ = Clock::now();
    is_running_ = true;
  }
  void stop() {
    spent_ += Clock::now() - started_;
    is_running_ = false;
  }

  Seconds budget_;
  Seconds spent_ = Seconds::zero();
  Clock::time_point started_;
  bool is_running_ = false;
};

}  // namespace mess::internal
