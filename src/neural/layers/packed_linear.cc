// SPDX-License-Identifier: MIT
#include "src/neural/layers/packed_linear.h"

#include <ATen/core/dispatch/Dispatcher.h>

#include <map>
#include <mutex>

namespace mess::internal {
namespace {

using Reorder = at::Tensor(const at::Tensor&, std::optional<c10::SymInt>);
using Pointwise = at::Tensor(const at::Tensor&, const at::Tensor&, const std::optional<at::Tensor>&, std::string_view,
                             c10::List<std::optional<at::Scalar>>, std::optional<std::string_view>);
using PointwiseBinary = at::Tensor(const at::Tensor&, const at::Tensor&, const at::Tensor&,
                                   const std::optional<at::Tensor>&, std::string_view);

template <typename Signature>
c10::TypedOperatorHandle<Signature> find(const char* name, const char* overload) {
  return c10::Dispatcher::singleton().findSchemaOrThrow(name, overload).typed<Signature>();
}

at::Tensor reorder(const at::Tensor& weight) {
  static const auto op = find<Reorder>("mkldnn::_reorder_linear_weight", "");
  return op.call(weight, std::nullopt);
}

bool try_once(at::ScalarType dtype) {
  try {
    const auto input = at::arange(6 * 32, at::kFloat).sin().view({6, 32}).to(dtype);
    const auto weight = at::arange(48 * 32, at::kFloat).cos().view({48, 32}).to(dtype);
    const auto bias = at::arange(48, at::kFloat).to(dtype);
    const auto expected = at::gelu(at::linear(input.to(at::kFloat), weight.to(at::kFloat), bias.to(at::kFloat)));
    const PackedLinear packed(weight);
    const auto found = packed(input, bias, "gelu").to(at::kFloat);
    const auto summed = packed.add(input, bias, at::ones({6, 48}, dtype)).to(at::kFloat);
    const double tolerance = dtype == at::kFloat ? 1e-5 : 1e-2;
    return at::allclose(found, expected, tolerance, tolerance) && at::isfinite(summed).all().item<bool>();
  } catch (const c10::Error&) {  // the operator is missing, or refuses the dtype on this CPU
    return false;
  }
}

}  // namespace

bool PackedLinear::available(at::ScalarType dtype) {
  static std::mutex mutex;
  static std::map<at::ScalarType, bool> known;
  const std::lock_guard lock(mutex);
  const auto found = known.find(dtype);
  return found != known.end() ? found->second : known.emplace(dtype, try_once(dtype)).first->second;
}

PackedLinear::PackedLinear(const at::Tensor& weight) : weight_(reorder(weight)) {}

at::Tensor PackedLinear::operator()(const at::Tensor& input, const std::optional<at::Tensor>& bias,
                                    const std::string& fused) const {
  static const auto op = find<Pointwise>("mkldnn::_linear_pointwise", "");
  return op.call(input, weight_, bias, fused, c10::List<std::optional<at::Scalar>>(), "none");
}

at::Tensor PackedLinear::add(const at::Tensor& input, const std::optional<at::Tensor>& bias,
                             const at::Tensor& residual) const {
  static const auto op = find<PointwiseBinary>("mkldnn::_linear_pointwise", "binary");
  return op.call(input, residual, weight_, bias, "add");
}

}  // namespace mess::internal
