// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>

namespace mess::internal::acoustic {

/// Tells sound from silence: within 60 dB of the loudest spectrum so far, and above the noise of 16-bit dither. The first
/// rule does not depend on the level of the track and needs no second pass.
class SilenceGate {
 public:
  static constexpr double kFloorMeanSquare = 1e-9;  // -90 dBFS
  static constexpr double kRelativeFloor = 1e-6;    // -60 dB

  /// @param floor_power  kFloorMeanSquare in the unit of the powers that follow
  explicit SilenceGate(double floor_power) : floor_power_(floor_power) {}

  bool is_sounding(double mean_power) {
    loudest_ = std::max(loudest_, mean_power);
    return mean_power > std::max(floor_power_, kRelativeFloor * loudest_);
  }
  double loudest() const { return loudest_; }

 private:
  double floor_power_;
  double loudest_ = 0.0;
};

}  // namespace mess::internal::acoustic
