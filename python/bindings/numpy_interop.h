// SPDX-License-Identifier: MIT
// NumPy in and out without copies: the one place that touches array memory.
#pragma once

#include <pybind11/numpy.h>

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "mess/audio.h"
#include "mess/encode.h"

namespace mess::python {

namespace py = pybind11;

using FloatArray = py::array_t<float, py::array::c_style>;

/// Moves `values` behind an array of `shape`: no copy; the array owns them.
template <typename T>
py::array_t<T, py::array::c_style> to_array(std::vector<T>&& values, std::vector<py::ssize_t> shape) {
  auto owned = std::make_unique<std::vector<T>>(std::move(values));
  T* memory = owned->data();
  const py::capsule owner(owned.release(), [](void* pointer) { delete static_cast<std::vector<T>*>(pointer); });
  return py::array_t<T, py::array::c_style>(std::move(shape), memory, owner);
}

/// The array itself, when it is float32, C-contiguous and of a rank between the two; no copy.
/// @throws InvalidArgument  naming `subject`, with the call that converts
FloatArray require_float32(const py::object& object, const std::string& subject, py::ssize_t min_rank,
                           py::ssize_t max_rank);

/// A 1-D array of integers as int64. @throws InvalidArgument
py::array_t<std::int64_t, py::array::c_style> require_ids(const py::object& object, const std::string& subject);

inline std::span<const float> as_span(const FloatArray& array) {
  return {array.data(), static_cast<std::size_t>(array.size())};
}
inline std::span<const std::int64_t> as_span(const py::array_t<std::int64_t, py::array::c_style>& array) {
  return {array.data(), static_cast<std::size_t>(array.size())};
}

/// A path (str, bytes path through os.PathLike) or a buffer of file bytes, kept alive while this object lives.
class SourceArgument {
 public:
  explicit SourceArgument(const py::object& source);
  const AudioSource& get() const { return source_; }

 private:
  py::buffer_info bytes_;
  AudioSource source_;
};

std::string path_from(const py::object& path);

/// mess.AudioBuffer: samples stay in the NumPy array they came in.
struct PyAudioBuffer {
  FloatArray samples;  // channels x frames
  int sample_rate_hz = 0;

  AudioView view() const { return AudioView(as_span(samples), sample_rate_hz, static_cast<int>(samples.shape(0))); }
};
PyAudioBuffer to_python(AudioBuffer&& buffer);

/// mess.Frames: values stay in the NumPy array they came in.
struct PyFrames {
  FloatArray array;  // T x D
  double hop_seconds = 0.0;
  double window_seconds = 0.0;
  EncoderId encoder_id;
  FloatArray track_vector;  // empty when there is none

  FramesView view() const {
    FramesView frames(as_span(array), static_cast<std::size_t>(array.shape(0)),
                      static_cast<std::size_t>(array.shape(1)), encoder_id);
    frames.hop_seconds = hop_seconds;
    frames.window_seconds = window_seconds;
    frames.track_values = as_span(track_vector);
    return frames;
  }
};
PyFrames to_python(Frames&& frames);

}  // namespace mess::python
