// SPDX-License-Identifier: MIT
#pragma once

#include <complex>
#include <cstddef>
#include <memory>
#include <span>

namespace mess::internal {

/// Real-to-complex FFT of one size. Not thread-safe: the plan owns its buffers.
class RealFft {
 public:
  /// @param size  even, at least 4; powers of two are fastest
  explicit RealFft(std::size_t size);
  ~RealFft();
  RealFft(RealFft&&) noexcept;
  RealFft& operator=(RealFft&&) noexcept;

  std::size_t size() const;
  std::size_t num_bins() const { return size() / 2 + 1; }
  /// Aligned; fill it, then call transform().
  std::span<float> input();
  /// num_bins() values, unscaled; valid until the next call.
  std::span<const std::complex<float>> transform();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace mess::internal
