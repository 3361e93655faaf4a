// SPDX-License-Identifier: MIT
#include "mess/whitening.h"

#include <Eigen/Core>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "mess/error.h"
#include "src/pool/whitening_impl.h"
#include "src/support/container.h"

namespace mess {
namespace {

using RowMajor = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Rows = Eigen::Map<const RowMajor>;

constexpr Eigen::Index kBlockRows = 256;  // converted to double at a time

std::string hexadecimal(std::uint64_t value) {
  constexpr std::size_t kDigits = 8;
  std::string text(kDigits, '0');
  for (std::size_t i = 0; i < kDigits; ++i)
    text[kDigits - 1 - i] = "0123456789abcdef"[value >> 4 * i & 0xFu];
  return text;
}

}  // namespace

void Whitening::Impl::name() {
  const std::array<std::uint64_t, 3> hashes{internal::content_hash(std::as_bytes(std::span(mean))),
                                            internal::content_hash(std::as_bytes(std::span(components))),
                                            l2_normalize ? 1u : 0u};
  encoder_id = input_id;
  encoder_id.pooling += (input_id.pooling.empty() ? "white" : "_white") + std::to_string(num_components) + "_" +
                        hexadecimal(internal::content_hash(std::as_bytes(std::span(hashes))));
}

Whitening::Whitening(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}
Whitening::~Whitening() = default;
Whitening::Whitening(const Whitening&) = default;
Whitening& Whitening::operator=(const Whitening&) = default;
Whitening::Whitening(Whitening&&) noexcept = default;
Whitening& Whitening::operator=(Whitening&&) noexcept = default;

std::size_t Whitening::dim() const { return impl_->dim; }
std::size_t Whitening::num_components() const { return impl_->num_components; }
std::size_t Whitening::num_vectors() const { return impl_->num_vectors; }
double Whitening::shrinkage() const { return impl_->shrinkage; }
double Whitening::explained_variance() const { return impl_->explained_variance; }
const EncoderId& Whitening::input_id() const { return impl_->input_id; }
const EncoderId& Whitening::encoder_id() const { return impl_->encoder_id; }
std::span<const float> Whitening::mean() const { return impl_->mean; }
std::span<const float> Whitening::components() const { return impl_->components; }

std::vector<float> Whitening::apply(std::span<const float> vectors, std::size_t num_vectors,
                                    const EncoderId& encoder_id) const {
  if (encoder_id != impl_->input_id) {
    throw InvalidArgument("[pool] whitening: expected vectors of " + impl_->input_id.str() + ", found those of " +
                          encoder_id.str());
  }
  if (vectors.size() / impl_->dim != num_vectors || vectors.size() % impl_->dim != 0) {
    throw InvalidArgument("[pool] whitening: expected " + std::to_string(num_vectors) + " x " +
                          std::to_string(impl_->dim) + " values, found " + std::to_string(vectors.size()));
  }
  if (!std::all_of(vectors.begin(), vectors.end(), [](float value) { return std::isfinite(value); }))
    throw InvalidArgument("[pool] whitening: expected finite values, found NaN or infinity");
  const auto dim = static_cast<Eigen::Index>(impl_->dim);
  const auto num_components = static_cast<Eigen::Index>(impl_->num_components);
  const Eigen::RowVectorXd mean = Eigen::Map<const Eigen::RowVectorXf>(impl_->mean.data(), dim).cast<double>();
  const Eigen::MatrixXd components = Rows(impl_->components.data(), num_components, dim).cast<double>();
  const Rows rows(vectors.data(), static_cast<Eigen::Index>(num_vectors), dim);
  std::vector<float> result(num_vectors * impl_->num_components);
  Eigen::Map<RowMajor> target(result.data(), rows.rows(), num_components);
  for (Eigen::Index first = 0; first < rows.rows(); first += kBlockRows) {
    const Eigen::Index count = std::min(kBlockRows, rows.rows() - first);
    const Eigen::MatrixXd centred = rows.middleRows(first, count).cast<double>().rowwise() - mean;
    Eigen::MatrixXd whitened = centred * components.transpose();
    if (impl_->l2_normalize)
      whitened.rowwise().normalize();
    target.middleRows(first, count) = whitened.cast<float>();
  }
  return result;
}

}  // namespace mess
