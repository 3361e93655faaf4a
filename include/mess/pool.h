// SPDX-License-Identifier: MIT
// Pooling turns frames into one vector per track, or into one per window or section of it.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "mess/encode.h"

namespace mess {

/// For frames x(t), t = 1..T, per dimension.
enum class Pooling {
  kAuto,     // kTrack where the encoder gives a track vector, otherwise kMeanStd
  kTrack,    // the encoder's own vector of the track
  kMean,     // D values: mean(x)
  kMeanStd,  // 2 D values: mean(x), then the population standard deviation sqrt(mean((x - mean(x))^2))
  kMax,      // D values: max(x)
  kGem,     // D values: cbrt(mean(x^3)), the generalised mean with p = 3 (Radenovic, Tolias and Chum, PAMI 2019), which
            // keeps the sign
  kMedian,  // D values: the middle value, the mean of the two middle ones when T is even
};

struct PoolOptions {
  Pooling kind = Pooling::kAuto;
  bool l2_normalize = true;  // unit length, so that inner product is cosine; an all-zero vector stays zero
  // T weights of kMean and kMeanStd, each finite and at least 0, one above 0: what counts more. Empty: all alike.
  std::span<const float> frame_weights{};
};

struct Embedding {
  std::vector<float> values;
  EncoderId encoder_id;  // of the frames, with `pooling` filled in: "mean_std", or "weighted_mean_std" with weights
};

/// @throws InvalidArgument  no frames, values that are not finite, kTrack of frames without a track vector, or weights
///                          that do not fit
MESS_API Embedding pool(const FramesView& frames, const PoolOptions& options = {});

struct TimeSpan {
  double start_seconds = 0.0;
  double end_seconds = 0.0;
};

/// Row-major, spans.size() x dim.
struct SpanEmbeddings {
  std::vector<float> values;
  std::size_t dim = 0;
  std::vector<TimeSpan> spans;
  EncoderId encoder_id;  // as of pool()
};

/// One vector for each span. A span holds the frames whose middle lies in it; one that holds none takes the nearest frame.
/// Mean and deviation of many overlapping spans cost little more than of the whole.
/// @throws InvalidArgument  as pool(), kTrack, frames without hop_seconds, or a span that ends before it starts
MESS_API SpanEmbeddings pool_spans(const FramesView& frames, std::span<const TimeSpan> spans,
                                   const PoolOptions& options = {.kind = Pooling::kMeanStd});

struct WindowOptions {
  double window_seconds = 10.0;
  double hop_seconds = 5.0;
};

/// Windows that cover the frames: every hop from 0 on, the last one ending with the frames; one when they are shorter
/// than a window. @throws InvalidArgument  frames without hop_seconds, or options that are not above 0
MESS_API std::vector<TimeSpan> window_spans(const FramesView& frames, const WindowOptions& options = {});

/// Weights from power: 10^(dB / 10) of the second that a frame's middle lies in, relative to the loudest. Where
/// `energy_dbfs` (as in Analysis) ends before a frame, the last second counts; of silence all frames weigh the same.
/// @throws InvalidArgument  no energy, or frames without hop_seconds
MESS_API std::vector<float> energy_weights(const FramesView& frames, std::span<const float> energy_dbfs);

/// Weights from change: softmax over the track of the standardised Euclidean distance between the means of the 4 seconds
/// before and after a frame. All alike where nothing changes.
/// @throws InvalidArgument  frames without hop_seconds or with values that are not finite
MESS_API std::vector<float> novelty_weights(const FramesView& frames);

/// The id of what pool() makes of this encoder's frames: "acoustic/2+track", or "dummy/1+mean_std".
/// @throws InvalidArgument  kTrack of an encoder that makes no track vector
MESS_API EncoderId pooled_id(const Encoder& encoder, Pooling kind = Pooling::kAuto);

/// "auto", "track", "mean", "mean_std", "max", "gem" or "median". @throws InvalidArgument for another text
MESS_API Pooling parse_pooling(const std::string& text);
MESS_API std::string to_string(Pooling kind);

}  // namespace mess
