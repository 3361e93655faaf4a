// SPDX-License-Identifier: MIT
// The weights of a model, whatever the files they came in.
//
//   const auto checkpoint = Checkpoint::open("models/mert-v1-95m");
//   const auto weights = take(checkpoint, {{"encoder.layer_norm.weight", {768}}, ...}, {.prefixes = {"hubert."}});
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace mess::internal {

/// All tensors of a folder or of one file, memory-mapped: opening reads no weights, and tensors stay valid when the
/// checkpoint is gone. Immutable: all methods may run concurrently. See MappedFile for the hazard of files that are cut.
class Checkpoint {
 public:
  /// A folder with model.safetensors, model.safetensors.index.json, pytorch_model.bin or pytorch_model.bin.index.json (the
  /// first of these that is there), or one such file under any name.
  /// @throws ModelError naming file, tensor and reason
  static Checkpoint open(const std::filesystem::path& folder_or_file);

  const std::filesystem::path& path() const;
  std::vector<std::string> names() const;  // sorted
  bool contains(const std::string& name) const;
  std::vector<std::int64_t> shape(const std::string& name) const;
  std::string type_name(const std::string& name) const;  // "F32", "BF16", ...

  /// A view of the mapping in the type it is stored in; a copy where the file's alignment does not allow one. Writing to
  /// it changes neither the file nor other processes. @throws ModelError  no such tensor, or of an unknown type
  at::Tensor tensor(const std::string& name) const;

 private:
  struct State;
  explicit Checkpoint(std::shared_ptr<const State> state);
  std::shared_ptr<const State> state_;
};

/// How the names in a checkpoint may differ from the wanted ones. Both spellings of weight normalisation (weight_g and
/// weight_v, parametrizations.weight.original0 and original1) and of layer normalisation (gamma and beta, weight and bias)
/// are always taken for each other.
struct KeyRules {
  std::vector<std::string> prefixes{};   // that stored names may carry before the wanted ones: "model.", "hubert."
  std::vector<std::string> ignorable{};  // stored names that may be left over; "*" stands for anything
};

struct WantedTensor {
  std::string name;
  std::vector<std::int64_t> shape;
  bool optional = false;
};

/// The wanted tensors under their wanted names; optional ones may be absent.
/// @throws ModelError  one message that lists what is missing, unexpected, misshapen or there twice
std::map<std::string, at::Tensor> take(const Checkpoint& checkpoint, const std::vector<WantedTensor>& wanted,
                                       const KeyRules& rules);

/// Writes tensors of any strides and device as one safetensors file, atomically. @throws ModelError, Error
void write_checkpoint(const std::filesystem::path& file, const std::map<std::string, at::Tensor>& tensors,
                      const std::map<std::string, std::string>& metadata = {});

}  // namespace mess::internal
