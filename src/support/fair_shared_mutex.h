// SPDX-License-Identifier: MIT
#pragma once

#include <mutex>
#include <shared_mutex>

namespace mess::internal {

/// A shared mutex whose writers are not starved: readers that come while a writer waits queue up behind it. (glibc's own
/// lets readers in for as long as one of them is inside.) Works with std::shared_lock and std::unique_lock.
class FairSharedMutex {
 public:
  void lock() {
    gate_.lock();
    mutex_.lock();
  }
  void unlock() {
    mutex_.unlock();
    gate_.unlock();
  }
  void lock_shared() {
    const std::lock_guard passing(gate_);
    mutex_.lock_shared();
  }
  void unlock_shared() { mutex_.unlock_shared(); }

 private:
  std::mutex gate_;
  std::shared_mutex mutex_;
};

}  // namespace mess::internal
