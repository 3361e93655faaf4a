// SPDX-License-Identifier: MIT
#include "src/support/fft.h"

#include <new>
#include <numbers>
#include <string>
#include <vector>

extern "C" {
#include <libavutil/mem.h>
#include <libavutil/tx.h>
}

#include "mess/error.h"
#include "src/support/kernels/signal_kernels.h"

namespace mess::internal {
namespace {

struct AvFree {
  void operator()(void* memory) const { av_free(memory); }
};

template <typename T>
std::unique_ptr<T[], AvFree> aligned_array(std::size_t count) {
  auto* memory = static_cast<T*>(av_mallocz(count * sizeof(T)));
  if (memory == nullptr)
    throw std::bad_alloc();
  return std::unique_ptr<T[], AvFree>(memory);
}

}  // namespace

// One of half the size over pairs of samples, whose result is then split: libavutil splits without vectors, which takes
// as long as its transform.
struct RealFft::Impl {
  std::size_t size;
  AVTXContext* context = nullptr;
  av_tx_fn function = nullptr;
  std::unique_ptr<float[], AvFree> input;
  std::unique_ptr<std::complex<float>[], AvFree> output;
  std::vector<std::complex<float>> turns;  // of split_pairs()

  explicit Impl(std::size_t n)
      : size(n), input(aligned_array<float>(n)), output(aligned_array<std::complex<float>>(n / 2 + 1)) {
    const float scale = 1.0f;
    if (n < 4 || n % 2 != 0 ||
        av_tx_init(&context, &function, AV_TX_FLOAT_FFT, 0, static_cast<int>(n / 2), &scale, 0) < 0) {
      throw InvalidArgument("[fft] expected an even size of at least 4, found " + std::to_string(n));
    }
    for (std::size_t k = 0; k <= n / 4; ++k) {
      const double turn = 2.0 * std::numbers::pi * static_cast<double>(k) / static_cast<double>(n);
      turns.emplace_back(std::polar(1.0, -turn) * std::complex<double>(0.0, -1.0));
    }
  }
  ~Impl() { av_tx_uninit(&context); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
};

RealFft::RealFft(std::size_t size) : impl_(std::make_unique<Impl>(size)) {}
RealFft::~RealFft() = default;
RealFft::RealFft(RealFft&&) noexcept = default;
RealFft& RealFft::operator=(RealFft&&) noexcept = default;

std::size_t RealFft::size() const { return impl_->size; }

std::span<float> RealFft::input() { return {impl_->input.get(), impl_->size}; }

std::span<const std::complex<float>> RealFft::transform() {
  impl_->function(impl_->context, impl_->output.get(), impl_->input.get(), sizeof(std::complex<float>));
  signal_kernels().split_pairs(reinterpret_cast<float*>(impl_->output.get()),
                               reinterpret_cast<const float*>(impl_->turns.data()), impl_->size / 2);
  return {impl_->output.get(), num_bins()};
}

}  // namespace mess::internal
