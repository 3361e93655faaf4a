// SPDX-License-Identifier: MIT
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <optional>

#include "mess/audio.h"
#include "mess/audio_info.h"
#include "mess/audio_write.h"
#include "mess/error.h"
#include "python/bindings/numpy_interop.h"

namespace mess::python {
namespace {

DecodeOptions make_options(int sample_rate_hz, int num_channels, double start_seconds, double duration_seconds,
                           const std::optional<DecodeLimits>& limits) {
  return {.sample_rate_hz = sample_rate_hz,
          .num_channels = num_channels,
          .start_seconds = start_seconds,
          .duration_seconds = duration_seconds,
          .limits = limits.value_or(DecodeLimits())};
}

PyAudioBuffer make_buffer(const py::object& samples, int sample_rate_hz) {
  FloatArray array = require_float32(samples, "[audio] samples", 1, 2);
  if (sample_rate_hz <= 0) {
    throw InvalidArgument("[audio] sample_rate_hz: expected more than 0, found " + std::to_string(sample_rate_hz));
  }
  if (array.ndim() == 1)
    array = array.reshape({py::ssize_t{1}, array.shape(0)});
  if (array.shape(0) < 1)
    throw InvalidArgument("[audio] samples: expected channels x frames, found no channel");
  return {std::move(array), sample_rate_hz};
}

PyAudioBuffer decode_to_python(const py::object& source, int sample_rate_hz, int num_channels, double start_seconds,
                               double duration_seconds, const std::optional<DecodeLimits>& limits) {
  const SourceArgument argument(source);
  const DecodeOptions options = make_options(sample_rate_hz, num_channels, start_seconds, duration_seconds, limits);
  AudioBuffer buffer;
  {
    const py::gil_scoped_release release;
    buffer = decode(argument.get(), options);
  }
  return to_python(std::move(buffer));
}

// The stream and, when it reads bytes, the object that owns them.
class PyAudioStream {
 public:
  PyAudioStream(const py::object& source, const DecodeOptions& options, double chunk_seconds)
      : argument_(source), stream_(open(argument_.get(), options, chunk_seconds)) {}

  PyAudioBuffer next() {
    const InUse in_use(*this);
    AudioBuffer chunk;
    bool more = false;
    {
      const py::gil_scoped_release release;
      more = stream_.next(chunk);
    }
    if (!more)
      throw py::stop_iteration();
    return to_python(std::move(chunk));
  }

  AudioFormat format() const { return stream_.format(); }
  DecodeSummary summary() {
    const InUse in_use(*this);
    return stream_.summary();
  }

 private:
  // next() lets other threads run: one that comes meanwhile is refused, as Python does for generators. Guarded by the GIL.
  class InUse {
   public:
    explicit InUse(PyAudioStream& stream) : stream_(stream) {
      if (stream.is_in_use_)
        throw InvalidArgument("[decode] stream: expected one thread at a time, found a second one");
      stream.is_in_use_ = true;
    }
    ~InUse() { stream_.is_in_use_ = false; }
    InUse(const InUse&) = delete;
    InUse& operator=(const InUse&) = delete;

   private:
    PyAudioStream& stream_;
  };

  static AudioStream open(const AudioSource& source, const DecodeOptions& options, double chunk_seconds) {
    const py::gil_scoped_release release;
    return AudioStream(source, options, chunk_seconds);
  }

  SourceArgument argument_;
  AudioStream stream_;
  bool is_in_use_ = false;
};

SampleFormat parse_sample_format(const std::string& text) {
  if (text == "int16")
    return SampleFormat::kInt16;
  if (text == "int24")
    return SampleFormat::kInt24;
  if (text == "float32")
    return SampleFormat::kFloat32;
  throw InvalidArgument("[audio] sample_format: expected int16, int24 or float32, found \"" + text + "\"");
}

// Tags come from files: bytes that are not UTF-8 become the replacement character.
py::dict tags_to_python(const std::map<std::string, std::string>& tags) {
  py::dict result;
  for (const auto& [key, value] : tags) {
    result[py::reinterpret_steal<py::str>(
        PyUnicode_DecodeUTF8(key.data(), static_cast<py::ssize_t>(key.size()), "replace"))] =
        py::reinterpret_steal<py::str>(
            PyUnicode_DecodeUTF8(value.data(), static_cast<py::ssize_t>(value.size()), "replace"));
  }
  return result;
}

void bind_limits(py::module_& module) {
  py::class_<DecodeLimits>(module, "DecodeLimits", "What an untrusted file may cost; counted while decoding.")
      .def(py::init([](double max_duration_seconds, double timeout_seconds, std::size_t max_buffer_bytes,
                       double max_expansion) {
             return DecodeLimits{max_duration_seconds, timeout_seconds, max_buffer_bytes, max_expansion};
           }),
           py::kw_only(), py::arg("max_duration_seconds") = DecodeLimits().max_duration_seconds,
           py::arg("timeout_seconds") = DecodeLimits().timeout_seconds,
           py::arg("max_buffer_bytes") = DecodeLimits().max_buffer_bytes,
           py::arg("max_expansion") = DecodeLimits().max_expansion)
      .def_readwrite("max_duration_seconds", &DecodeLimits::max_duration_seconds)
      .def_readwrite("timeout_seconds", &DecodeLimits::timeout_seconds)
      .def_readwrite("max_buffer_bytes", &DecodeLimits::max_buffer_bytes)
      .def_readwrite("max_expansion", &DecodeLimits::max_expansion);
}

void bind_buffer(py::module_& module) {
  py::class_<PyAudioBuffer>(module, "AudioBuffer", "Samples of a piece of audio: float32, channels x frames.")
      .def(py::init(&make_buffer), py::arg("samples"), py::arg("sample_rate_hz"),
           "Args: samples, (frames,) or (channels, frames) C-contiguous float32, kept without copying; sample_rate_hz.")
      .def_readonly("samples", &PyAudioBuffer::samples, "The array itself, (channels, frames): no copy.")
      .def_readonly("sample_rate_hz", &PyAudioBuffer::sample_rate_hz)
      .def_property_readonly("num_channels", [](const PyAudioBuffer& self) { return self.samples.shape(0); })
      .def_property_readonly("num_frames", [](const PyAudioBuffer& self) { return self.samples.shape(1); })
      .def_property_readonly(
          "duration_seconds",
          [](const PyAudioBuffer& self) { return static_cast<double>(self.samples.shape(1)) / self.sample_rate_hz; })
      .def("__repr__", [](const PyAudioBuffer& self) {
        return "AudioBuffer(" + std::to_string(self.samples.shape(0)) + " x " + std::to_string(self.samples.shape(1)) +
               " samples at " + std::to_string(self.sample_rate_hz) + " Hz)";
      });
}

void bind_summary(py::module_& module) {
  py::class_<DecodeSummary>(module, "DecodeSummary", "What one decode pass met.")
      .def_readonly("duration_seconds", &DecodeSummary::duration_seconds)
      .def_property_readonly("sample_rate_hz",
                             [](const DecodeSummary& self) { return self.source_format.sample_rate_hz; })
      .def_property_readonly("num_channels", [](const DecodeSummary& self) { return self.source_format.num_channels; })
      .def_readonly("num_bad_packets", &DecodeSummary::num_bad_packets)
      .def_readonly("num_nonfinite_samples", &DecodeSummary::num_nonfinite_samples)
      .def_readonly("warnings", &DecodeSummary::warnings);
}

void bind_stream(py::module_& module) {
  py::class_<PyAudioStream>(module, "AudioStream", "Iterates over chunks of a file, with bounded memory.")
      .def(py::init([](const py::object& source, int sample_rate_hz, int num_channels, double start_seconds,
                       double duration_seconds, double chunk_seconds, const std::optional<DecodeLimits>& limits) {
             return std::make_unique<PyAudioStream>(
                 source, make_options(sample_rate_hz, num_channels, start_seconds, duration_seconds, limits),
                 chunk_seconds);
           }),
           py::arg("source"), py::kw_only(), py::arg("sample_rate_hz") = 0, py::arg("num_channels") = 0,
           py::arg("start_seconds") = 0.0, py::arg("duration_seconds") = 0.0, py::arg("chunk_seconds") = 10.0,
           py::arg("limits") = py::none())
      .def("__iter__", [](PyAudioStream& self) -> PyAudioStream& { return self; })
      .def("__next__", &PyAudioStream::next)
      .def_property_readonly("sample_rate_hz", [](const PyAudioStream& self) { return self.format().sample_rate_hz; })
      .def_property_readonly("num_channels", [](const PyAudioStream& self) { return self.format().num_channels; })
      .def_property_readonly("summary", &PyAudioStream::summary, "Complete once the iteration has ended.");
}

void bind_info(py::module_& module) {
  py::class_<AudioInfo>(module, "AudioInfo", "What a file says about itself.")
      .def_readonly("container", &AudioInfo::container)
      .def_readonly("codec", &AudioInfo::codec)
      .def_property_readonly("sample_rate_hz", [](const AudioInfo& self) { return self.format.sample_rate_hz; })
      .def_property_readonly("num_channels", [](const AudioInfo& self) { return self.format.num_channels; })
      .def_readonly("claimed_duration_seconds", &AudioInfo::claimed_duration_seconds)
      .def_property_readonly(
          "tags", [](const AudioInfo& self) -> py::typing::Dict<py::str, py::str> { return tags_to_python(self.tags); },
          "Lower-case keys: title, artist, album, album_artist, track, date, genre, ...");
  module.def(
      "read_audio_info",
      [](const py::object& source) {
        const SourceArgument argument(source);
        const py::gil_scoped_release release;
        return read_audio_info(argument.get());
      },
      py::arg("source"), "Reads headers and tags without decoding. Raises DecodeError.");
  module.def(
      "audio_content_hash",
      [](const py::object& source) {
        const SourceArgument argument(source);
        const py::gil_scoped_release release;
        return audio_content_hash(argument.get());
      },
      py::arg("source"),
      "SHA-256 of the compressed audio, 64 hex digits; survives renaming, moving and retagging. Raises DecodeError.");
}

}  // namespace

void bind_audio(py::module_& module) {
  bind_limits(module);
  bind_buffer(module);
  bind_summary(module);
  bind_stream(module);
  bind_info(module);
  module.def(
      "decode", &decode_to_python, py::arg("source"), py::kw_only(), py::arg("sample_rate_hz") = 0,
      py::arg("num_channels") = 0, py::arg("start_seconds") = 0.0, py::arg("duration_seconds") = 0.0,
      py::arg("limits") = py::none(),
      "Decodes a file (path or bytes) into memory; 0 keeps the file's rate, channels or end. Raises DecodeError.");
  module.def(
      "convert",
      [](const PyAudioBuffer& audio, int sample_rate_hz, int num_channels) {
        AudioBuffer converted;
        {
          const py::gil_scoped_release release;
          converted = convert(audio.view(), {sample_rate_hz, num_channels});
        }
        return to_python(std::move(converted));
      },
      py::arg("audio"), py::kw_only(), py::arg("sample_rate_hz") = 0, py::arg("num_channels") = 0,
      "Converts rate and channels by the rules of decode(); 0 keeps.");
  module.def(
      "write_audio",
      [](const py::object& path, const PyAudioBuffer& audio, const std::string& sample_format,
         const std::optional<std::map<std::string, std::string>>& tags) {
        const std::string target = path_from(path);
        const WriteOptions options{.sample_format = parse_sample_format(sample_format),
                                   .tags = tags.value_or(std::map<std::string, std::string>())};
        const AudioView view = audio.view();
        const py::gil_scoped_release release;
        write_audio(target, view, options);
      },
      py::arg("path"), py::arg("audio"), py::kw_only(), py::arg("sample_format") = "int16",
      py::arg("tags") = py::none(),
      "Writes .wav or .flac by suffix, as int16, int24 or float32 (WAV); atomic. Raises InvalidArgument or Error.");
}

}  // namespace mess::python
