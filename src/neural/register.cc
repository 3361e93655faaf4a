// SPDX-License-Identifier: MIT
// Tells libmess what this library can open; runs when it is loaded.
#include "mess/encode.h"
#include "mess/text.h"
#include "src/neural/model_text_encoder.h"
#include "src/neural/window_encoder.h"

namespace mess::internal {
namespace {

const bool kRegistered = [] {
  register_folder_encoder_factory(open_folder_encoder);
  register_text_encoder_factory(open_text_encoder);
  return true;
}();

}  // namespace
}  // namespace mess::internal
