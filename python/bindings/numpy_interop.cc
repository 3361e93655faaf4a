// SPDX-License-Identifier: MIT
#include "python/bindings/numpy_interop.h"

#include "mess/error.h"

namespace mess::python {
namespace {

std::string describe(const py::array& array) {
  std::string shape;
  for (py::ssize_t i = 0; i < array.ndim(); ++i)
    shape += (i > 0 ? " x " : "") + std::to_string(array.shape(i));
  const bool contiguous = (array.flags() & py::array::c_style) != 0;
  const bool aligned = (array.flags() & py::detail::npy_api::NPY_ARRAY_ALIGNED_) != 0;
  return std::string(contiguous ? "" : "a non-contiguous ") + (aligned ? "" : "a misaligned ") +
         py::str(array.dtype()).cast<std::string>() + " array of shape " + (shape.empty() ? "()" : shape);
}

std::string type_name(const py::object& object) { return py::str(py::type::of(object).attr("__name__")); }

}  // namespace

FloatArray require_float32(const py::object& object, const std::string& subject, py::ssize_t min_rank,
                           py::ssize_t max_rank) {
  const std::string ranks = min_rank == max_rank
                                ? std::to_string(min_rank) + "-D"
                                : std::to_string(min_rank) + "-D or " + std::to_string(max_rank) + "-D";
  const std::string expected = subject + ": expected a C-contiguous float32 array, " + ranks;
  if (!py::isinstance<py::array>(object))
    throw InvalidArgument(expected + ", found " + type_name(object));
  const auto array = py::reinterpret_borrow<py::array>(object);
  const bool aligned = (array.flags() & py::detail::npy_api::NPY_ARRAY_ALIGNED_) != 0;
  if (!FloatArray::check_(array) || !aligned || array.ndim() < min_rank || array.ndim() > max_rank) {
    throw InvalidArgument(expected + ", found " + describe(array) +
                          " (np.ascontiguousarray(x, dtype=np.float32) converts)");
  }
  return py::reinterpret_borrow<FloatArray>(object);
}

py::array_t<std::int64_t, py::array::c_style> require_ids(const py::object& object, const std::string& subject) {
  const auto array = py::array::ensure(object);
  const bool empty = array && array.size() == 0;
  if (!array || array.ndim() != 1 || (!empty && array.dtype().kind() != 'i' && array.dtype().kind() != 'u')) {
    throw InvalidArgument(subject + ": expected a 1-D array of integers, found " +
                          (array ? describe(array) : type_name(object)));
  }
  return py::array_t<std::int64_t, py::array::c_style | py::array::forcecast>::ensure(array);
}

std::string path_from(const py::object& path) {
  const auto text = py::module_::import("os").attr("fsencode")(path).cast<std::string>();
  if (text.find('\0') != std::string::npos)
    throw InvalidArgument("[file] path: expected no NUL byte, found one in " + text);
  return text;
}

SourceArgument::SourceArgument(const py::object& source) : source_("") {
  const bool is_path = py::isinstance<py::str>(source) || py::hasattr(source, "__fspath__");
  if (is_path) {
    source_ = AudioSource(path_from(source));
    return;
  }
  if (!py::isinstance<py::buffer>(source)) {
    throw InvalidArgument("[decode] source: expected a path or the bytes of a file, found " + type_name(source));
  }
  bytes_ = py::reinterpret_borrow<py::buffer>(source).request();
  if (bytes_.itemsize != 1 || bytes_.ndim != 1 || (bytes_.size > 0 && bytes_.strides[0] != 1)) {
    throw InvalidArgument("[decode] source: expected contiguous bytes, found a buffer of another shape");
  }
  source_ = AudioSource(std::span(static_cast<const std::byte*>(bytes_.ptr), static_cast<std::size_t>(bytes_.size)));
}

PyAudioBuffer to_python(AudioBuffer&& buffer) {
  const auto channels = static_cast<py::ssize_t>(buffer.num_channels);
  const auto frames = static_cast<py::ssize_t>(buffer.num_frames());
  return {to_array(std::move(buffer.samples), {channels, frames}), buffer.sample_rate_hz};
}

PyFrames to_python(Frames&& frames) {
  const auto rows = static_cast<py::ssize_t>(frames.num_frames);
  const auto columns = static_cast<py::ssize_t>(frames.dim);
  const auto track_size = static_cast<py::ssize_t>(frames.track_values.size());
  return {to_array(std::move(frames.values), {rows, columns}), frames.hop_seconds, frames.window_seconds,
          std::move(frames.encoder_id), to_array(std::move(frames.track_values), {track_size})};
}

}  // namespace mess::python
