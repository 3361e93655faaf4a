// SPDX-License-Identifier: MIT
#include "src/support/fft.h"

#include <new>
#include <string>

extern "C" {
#include <libavutil/mem.h>
#include <libavutil/tx.h>
}

#include "mess/error.h"

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

struct RealFft::Impl {
  std::size_t size;
  AVTXContext* context = nullptr;
  av_tx_fn function = nullptr;
  std::unique_ptr<float[], AvFree> input;
  std::unique_ptr<std::complex<float>[], AvFree> output;

  explicit Impl(std::size_t n)
      : size(n), input(aligned_array<float>(n)), output(aligned_array<std::complex<float>>(n / 2 + 1)) {
    const float scale = 1.0f;
    if (n < 4 || n % 2 != 0 ||
        av_tx_init(&context, &function, AV_TX_FLOAT_RDFT, 0, static_cast<int>(n), &scale, 0) < 0) {
      throw InvalidArgument("[fft] expected an even size of at least 4, found " + std::to_string(n));
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
  impl_->function(impl_->context, impl_->output.get(), impl_->input.get(), sizeof(float));
  return {impl_->output.get(), num_bins()};
}

}  // namespace mess::internal
