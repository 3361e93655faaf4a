// SPDX-License-Identifier: MIT
// Encoders turn audio into frames: a time series of vectors.
//
//   auto encoder = mess::make_encoder("acoustic");
//   mess::Frames frames = encoder->encode_file("song.mp3");
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "mess/audio.h"
#include "mess/export.h"

namespace mess {

/// Names what made a vector. Vectors of different ids refuse to compare.
struct MESS_API EncoderId {
  std::string name{};     // "acoustic"
  int version = 0;        // raised whenever the numbers change
  std::string pooling{};  // empty for frames; "track", "mean", "mean_std" ... once pooled

  /// "acoustic/2", or pooled "acoustic/2+track".
  std::string str() const;
  /// Inverse of str(). @throws InvalidArgument
  static EncoderId parse(const std::string& text);
  bool operator==(const EncoderId&) const = default;
};

/// T x D float32, row-major: values[t * dim + d].
struct Frames {
  std::vector<float> values;
  std::size_t num_frames = 0;
  std::size_t dim = 0;
  double hop_seconds = 0.0;     // frame t starts at t * hop_seconds
  double window_seconds = 0.0;  // and covers this long
  EncoderId encoder_id;
  std::vector<float> track_values{};  // the encoder's own vector of the whole track; empty when pooling is all there is

  std::span<const float> row(std::size_t t) const { return {values.data() + t * dim, dim}; }
};

/// Borrowed frames, in the layout of Frames.
struct FramesView {
  std::span<const float> values;
  std::size_t num_frames = 0;
  std::size_t dim = 0;
  double hop_seconds = 0.0;
  double window_seconds = 0.0;
  EncoderId encoder_id;
  std::span<const float> track_values{};

  FramesView(std::span<const float> borrowed, std::size_t frames, std::size_t width, EncoderId id)
      : values(borrowed), num_frames(frames), dim(width), encoder_id(std::move(id)) {}
  FramesView(const Frames& frames) : FramesView(frames.values, frames.num_frames, frames.dim, frames.encoder_id) {
    hop_seconds = frames.hop_seconds;
    window_seconds = frames.window_seconds;
    track_values = frames.track_values;
  }
};

/// A run of values of an encoder's track vector that tell one thing: of two vectors of unit length, the inner product over
/// the run is that thing's part in their cosine.
struct VectorGroup {
  std::string name;  // "timbre", "rhythm", "harmony", "dynamics"
  std::size_t offset = 0;
  std::size_t size = 0;
  float weight = 0.0f;  // length of the run: its part in the cosine is at most weight * weight
};

/// One group's part in the cosine of two track vectors.
struct GroupSimilarity {
  std::string name;
  float part = 0.0f;    // inner product over the group; the parts of all groups add up to the cosine
  float cosine = 0.0f;  // within the group alone; 0 when either vector is zero there
};

/// One pass over one track. Feed it as an AudioSink, then call finish() once.
class MESS_API EncodeSession : public AudioSink {
 public:
  ~EncodeSession() override;
  /// At least one frame, even for a single sample. @throws InvalidArgument when nothing was pushed
  virtual Frames finish() = 0;
};

/// Encoders are immutable: all methods may run concurrently.
class MESS_API Encoder {
 public:
  virtual ~Encoder();
  virtual EncoderId id() const = 0;
  virtual std::size_t dim() const = 0;
  virtual AudioFormat input_format() const = 0;
  /// The parts of Frames::track_values, in order and without gaps; empty when the encoder makes none.
  virtual std::vector<VectorGroup> track_vector_groups() const;
  /// Whether frames carry a track vector, with groups or without.
  virtual bool makes_track_vector() const;
  /// Says how much each group contributes to the likeness of two track vectors of this encoder, of unit length.
  /// @throws InvalidArgument  vectors of another size, or an encoder without groups
  std::vector<GroupSimilarity> explain(std::span<const float> a, std::span<const float> b) const;
  /// Of the weights, as the model's card says it ("cc-by-nc-4.0"); empty when there are none or it is unknown.
  virtual std::string license() const;
  virtual std::unique_ptr<EncodeSession> start() const = 0;

  /// Converts to input_format() first, by the rules of convert().
  /// @throws InvalidArgument  no sample, or samples that are NaN, infinite or beyond 1e6
  Frames encode(const AudioView& audio) const;
  /// encode() of each. Models that hear windows take those of all tracks together, in batches of a bounded size.
  std::vector<Frames> encode_batch(std::span<const AudioView> tracks) const;
  /// Streams the file: memory does not grow with its length, apart from the frames. @throws DecodeError
  Frames encode_file(const AudioSource& source, const DecodeOptions& options = {}) const;

 protected:
  /// What encode_batch() calls with tracks in input_format(). By default each has a session of its own.
  virtual std::vector<Frames> encode_converted(std::span<const AudioView> tracks) const;
};

/// Encoders without weights read `device` alone.
struct EncoderOptions {
  std::string device = "auto";        // "cpu", "cuda", "cuda:N" or "auto"; weight-free encoders run on the CPU
  std::string precision = "float32";  // of the arithmetic: "float32" or "bfloat16"
  std::string id_name{};              // in the EncoderId; empty: the folder's name

  /// Which hidden states become the frames, by number: 0 is the input of the first layer, -1 the last. Empty: the model's
  /// default, for MERT the mean of all.
  std::vector<int> layers{};
  std::vector<double> layer_weights{};     // one per layer, for their weighted mean; empty: equal
  std::string layer_combination = "mean";  // "mean", or "concat": dim() is then the sum of the layers'

  double window_seconds = 0.0;  // the model hears one window at a time; 0: the model's default
  double hop_seconds = 0.0;     // from window to window; 0: window_seconds, no overlap
  /// Length of the frames that are handed out: means of the model's own, which no frame is shorter than. Windows that
  /// overlap give one frame each. 0: the model's default, 1 s for MERT and the window for CLAP.
  double frame_seconds = 0.0;
};

/// "acoustic", "dummy", what libmess_neural adds (it is loaded from beside this library when a name is unknown), or a
/// folder with config.json and weights of an audio model: HuBERT and MERT, CLAP.
/// @throws ModelError  unknown name, with the known ones and the command that installs the rest; a folder that is damaged
/// @throws InvalidArgument  an option is none of those EncoderOptions lists, or does not fit the model
MESS_API std::unique_ptr<Encoder> make_encoder(const std::string& name, const EncoderOptions& options = {});

using EncoderFactory = std::function<std::unique_ptr<Encoder>(const EncoderOptions&)>;
/// Adds an encoder to the registry. Thread-safe. @throws InvalidArgument when the name is taken
MESS_API void register_encoder(const std::string& name, EncoderFactory factory);
using FolderEncoderFactory = std::function<std::unique_ptr<Encoder>(const std::string& folder, const EncoderOptions&)>;
/// What make_encoder() calls for a folder; libmess_neural sets it when it is loaded.
MESS_API void register_folder_encoder_factory(FolderEncoderFactory factory);
/// Names make_encoder() knows right now, sorted. Does not load libmess_neural.
MESS_API std::vector<std::string> encoder_names();

}  // namespace mess
