// SPDX-License-Identifier: MIT
// Text encoders turn token ids into vectors.
//
//   auto encoder = mess::make_text_encoder("models/all-MiniLM-L6-v2");
//   const std::vector<std::vector<std::int64_t>> rows = {{101, 6517, 3682, 102}};  // from the model's own tokenizer
//   std::vector<float> vectors = encoder->encode_tokens(rows);
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "mess/encode.h"
#include "mess/export.h"

namespace mess {

struct TextEncoderOptions {
  std::string device = "auto";        // "cpu", "cuda", "cuda:N" or "auto"
  std::string precision = "float32";  // of the arithmetic: "float32" or "bfloat16"
  std::string id_name{};              // in the EncoderId; empty: the folder's name
};

/// Immutable: all methods may run concurrently.
class MESS_API TextEncoder {
 public:
  virtual ~TextEncoder();
  /// The same name as the audio encoder's of the same checkpoint, where both share one space (CLAP).
  virtual EncoderId id() const = 0;
  virtual std::size_t dim() const = 0;
  /// Longest row, special tokens included.
  virtual std::size_t max_tokens() const = 0;
  virtual std::int64_t pad_token_id() const = 0;
  /// Of the weights, as the model's card says it ("apache-2.0"); empty when unknown.
  virtual std::string license() const = 0;

  /// @param rows  token ids of each text, with the special tokens and without padding (at the end it is ignored)
  /// @return rows.size() x dim(), row-major, each of unit length; a row's vector does not depend on the others
  /// @throws InvalidArgument  an empty row, one longer than max_tokens(), or an id outside the vocabulary
  virtual std::vector<float> encode_tokens(std::span<const std::vector<std::int64_t>> rows) const = 0;
};

/// Opens a folder with config.json and weights of a text model, or of a joint model such as CLAP (its text part).
/// Loads libmess_neural. @throws ModelError  no such folder, not a text model, damaged, or libmess_neural is missing
MESS_API std::unique_ptr<TextEncoder> make_text_encoder(const std::string& folder,
                                                        const TextEncoderOptions& options = {});

/// Mean cosine over all pairs of the rows. A text tower whose weights are broken or belong to another model maps every
/// text to nearly the same vector; a sound one stays below 0.9 over varied texts.
/// @param vectors  n x dim, n >= 2 @throws InvalidArgument
MESS_API double mean_pairwise_cosine(std::span<const float> vectors, std::size_t dim);

using TextEncoderFactory =
    std::function<std::unique_ptr<TextEncoder>(const std::string& folder, const TextEncoderOptions&)>;
/// What make_text_encoder() calls; libmess_neural sets it when it is loaded.
MESS_API void register_text_encoder_factory(TextEncoderFactory factory);

}  // namespace mess
