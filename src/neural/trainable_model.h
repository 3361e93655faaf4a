// SPDX-License-Identifier: MIT
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "mess/encode.h"
#include "mess/export.h"
#include "mess/text.h"

namespace mess::internal {

struct TrainableTensor {
  std::string name;  // as in a checkpoint
  at::Tensor tensor;
  bool trainable = true;  // false for running statistics
};

/// A model whose forward pass keeps what gradients need: plain operators, parameters as the checkpoint has them.
/// Not thread-safe. Exported for the extension module mess._nn alone.
class MESS_API TrainableModel {
 public:
  virtual ~TrainableModel();
  virtual std::vector<TrainableTensor> tensors() const = 0;
  /// Puts a tensor of the same shape in the place of one. @throws InvalidArgument
  virtual void set_tensor(const std::string& name, const at::Tensor& tensor) = 0;
};

class MESS_API TrainableTextModel : public TrainableModel {
 public:
  /// @return rows x dim, not normalised
  virtual at::Tensor forward(const std::vector<std::vector<std::int64_t>>& rows) const = 0;
};

class MESS_API TrainableAudioModel : public TrainableModel {
 public:
  virtual int sample_rate_hz() const = 0;
  /// @param waves  windows x samples, float32 @return windows x frames x dim
  virtual at::Tensor forward(const at::Tensor& waves) const = 0;
};

/// float32 throughout. @throws ModelError, InvalidArgument
MESS_API std::unique_ptr<TrainableTextModel> open_trainable_text_model(const std::string& folder,
                                                                       const TextEncoderOptions& options);
MESS_API std::unique_ptr<TrainableAudioModel> open_trainable_audio_model(const std::string& folder,
                                                                         const EncoderOptions& options);

}  // namespace mess::internal
