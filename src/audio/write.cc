// SPDX-License-Identifier: MIT
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>

#include "mess/audio_write.h"
#include "mess/error.h"
#include "src/audio/decode_options.h"
#include "src/audio/ffmpeg_handles.h"
#include "src/support/atomic_file.h"

namespace mess {
namespace internal {
namespace {

constexpr int kIoBufferBytes = 1 << 16;
constexpr int kPcmFrameSamples = 4096;

[[noreturn]] void refuse(const std::string& subject, const std::string& expected, const std::string& found) {
  throw InvalidArgument("[write] " + subject + ": expected " + expected + ", found " + found);
}

enum class FileKind { kWav, kFlac };

FileKind file_kind(const std::filesystem::path& path) {
  std::string suffix = path.extension().string();
  std::transform(suffix.begin(), suffix.end(), suffix.begin(), [](unsigned char c) { return std::tolower(c); });
  if (suffix == ".wav")
    return FileKind::kWav;
  if (suffix == ".flac")
    return FileKind::kFlac;
  refuse(path.string(), "a path that ends in .wav or .flac", suffix.empty() ? "no suffix" : suffix);
}

void check_audio(const std::string& name, const AudioView& audio) {
  if (audio.sample_rate_hz < kMinSampleRateHz || audio.sample_rate_hz > kMaxSampleRateHz) {
    refuse(name, "a sample rate of 4,000 to 384,000 Hz", std::to_string(audio.sample_rate_hz));
  }
  if (audio.num_channels < 1 || audio.num_channels > kMaxChannels) {
    refuse(name, "1 to 8 channels", std::to_string(audio.num_channels));
  }
  if (audio.samples.empty() || audio.samples.size() % static_cast<std::size_t>(audio.num_channels) != 0) {
    refuse(name, "a positive multiple of " + std::to_string(audio.num_channels) + " samples",
           std::to_string(audio.samples.size()));
  }
  const auto bad = std::find_if(audio.samples.begin(), audio.samples.end(), [](float s) { return !std::isfinite(s); });
  if (bad != audio.samples.end()) {
    refuse(name, "finite samples", std::to_string(*bad) + " at index " + std::to_string(bad - audio.samples.begin()));
  }
}

void check_tags(const std::string& name, const std::map<std::string, std::string>& tags) {
  for (const auto& [key, value] : tags) {
    // Vorbis comments are KEY=value: a key with '=' would be read back as another one.
    const bool is_plain = !key.empty() && std::all_of(key.begin(), key.end(), [](unsigned char c) {
      return c >= 0x20 && c < 0x7F && c != '=';
    });
    if (!is_plain)
      refuse(name, "tag keys of printable ASCII without '='", "\"" + key + "\"");
  }
}

AVCodecID codec_for(FileKind kind, SampleFormat format, const std::string& name) {
  if (kind == FileKind::kFlac) {
    if (format == SampleFormat::kFloat32)
      refuse(name, "16 or 24 bits in FLAC", "kFloat32");
    return AV_CODEC_ID_FLAC;
  }
  switch (format) {
    case SampleFormat::kInt16:
      return AV_CODEC_ID_PCM_S16LE;
    case SampleFormat::kInt24:
      return AV_CODEC_ID_PCM_S24LE;
    case SampleFormat::kFloat32:
      return AV_CODEC_ID_PCM_F32LE;
  }
  refuse("sample_format", "kInt16, kInt24 or kFloat32", std::to_string(static_cast<int>(format)));
}

/// libav's view of a file that is being written.
class OutputIo {
 public:
  explicit OutputIo(int fd) : fd_(fd) {
    auto* buffer = allocated(static_cast<unsigned char*>(av_malloc(kIoBufferBytes)));
    AVIOContext* io = avio_alloc_context(buffer, kIoBufferBytes, 1, this, nullptr, &OutputIo::write, &OutputIo::seek);
    if (io == nullptr) {
      av_free(buffer);
      throw std::bad_alloc();
    }
    io_.reset(io);
  }

  AVIOContext* get() const { return io_.get(); }

 private:
  static int write(void* self, std::uint8_t* bytes, int count) noexcept {
    const int fd = static_cast<OutputIo*>(self)->fd_;
    int done = 0;
    while (done < count) {
      const ssize_t written = ::write(fd, bytes + done, static_cast<std::size_t>(count - done));
      if (written < 0 && errno == EINTR)
        continue;
      if (written < 0)
        return AVERROR(errno);
      done += static_cast<int>(written);
    }
    return count;
  }

  static std::int64_t seek(void* self, std::int64_t offset, int whence) noexcept {
    const int fd = static_cast<OutputIo*>(self)->fd_;
    if ((whence & AVSEEK_SIZE) != 0)
      return AVERROR(ENOSYS);
    const off_t position = ::lseek(fd, offset, whence & ~AVSEEK_FORCE);
    return position < 0 ? AVERROR(errno) : position;
  }

  int fd_;
  IoContext io_;
};

/// Integers clip at full scale; a view's samples are rounded to the nearest step.
std::int32_t quantized(float sample, int num_bits) {
  const double scale = std::ldexp(1.0, num_bits - 1);
  return static_cast<std::int32_t>(std::clamp(std::nearbyint(sample * scale), -scale, scale - 1.0));
}

class AudioWriter {
 public:
  AudioWriter(const std::filesystem::path& path, const AudioView& audio, const WriteOptions& options);
  void write();

 private:
  void open_encoder(AVCodecID codec_id);
  void open_muxer(FileKind kind, const std::map<std::string, std::string>& tags);
  void fill_frame(std::size_t begin, int num_samples);
  void encode(const AVFrame* frame);
  void check(int code, const char* action) const;

  std::string name_;
  AudioView audio_;
  SampleFormat sample_format_;
  AtomicFile file_;
  OutputIo io_;
  FormatOutput muxer_;
  CodecContext encoder_;
  Packet packet_;
  Frame frame_;
  AVStream* stream_ = nullptr;
};

AudioWriter::AudioWriter(const std::filesystem::path& path, const AudioView& audio, const WriteOptions& options)
    : name_(path.string()),
      audio_(audio),
      sample_format_(options.sample_format),
      file_(path),
      io_(file_.fd()),
      packet_(allocated(av_packet_alloc())),
      frame_(allocated(av_frame_alloc())) {
  const FileKind kind = file_kind(path);
  open_encoder(codec_for(kind, options.sample_format, name_));
  open_muxer(kind, options.tags);
}

void AudioWriter::check(int code, const char* action) const {
  if (code < 0)
    throw Error("[write] " + name_ + ": expected to " + action + ", found: " + av_error_text(code));
}

void AudioWriter::open_encoder(AVCodecID codec_id) {
  const AVCodec* codec = avcodec_find_encoder(codec_id);
  if (codec == nullptr)
    throw Error("[write] " + name_ + ": expected an encoder for " + avcodec_get_name(codec_id) + ", found none");
  encoder_.reset(allocated(avcodec_alloc_context3(codec)));
  encoder_->sample_rate = audio_.sample_rate_hz;
  encoder_->time_base = {1, audio_.sample_rate_hz};
  encoder_->thread_count = 1;
  av_channel_layout_default(&encoder_->ch_layout, audio_.num_channels);
  switch (sample_format_) {
    case SampleFormat::kInt16:
      encoder_->sample_fmt = AV_SAMPLE_FMT_S16;
      break;
    case SampleFormat::kFloat32:
      encoder_->sample_fmt = AV_SAMPLE_FMT_FLT;
      break;
    case SampleFormat::kInt24:
      encoder_->sample_fmt = AV_SAMPLE_FMT_S32;
      encoder_->bits_per_raw_sample = 24;
      break;
  }
  if (avcodec_open2(encoder_.get(), codec, nullptr) < 0) {
    refuse(name_, std::string("a rate and a channel count that ") + codec->name + " can hold",
           std::to_string(audio_.sample_rate_hz) + " Hz, " + std::to_string(audio_.num_channels) + " channels");
  }
}

void AudioWriter::open_muxer(FileKind kind, const std::map<std::string, std::string>& tags) {
  AVFormatContext* context = nullptr;
  check(avformat_alloc_output_context2(&context, nullptr, kind == FileKind::kWav ? "wav" : "flac", nullptr), "start");
  muxer_.reset(context);
  context->pb = io_.get();
  // Bit-exact: no library version in the file, so the same audio gives the same bytes.
  context->flags |= AVFMT_FLAG_CUSTOM_IO | AVFMT_FLAG_BITEXACT;
  for (const auto& [key, value] : tags)
    check(av_dict_set(&context->metadata, key.c_str(), value.c_str(), 0), "hold its tags");
  stream_ = allocated(avformat_new_stream(context, nullptr));
  stream_->time_base = encoder_->time_base;
  check(avcodec_parameters_from_context(stream_->codecpar, encoder_.get()), "describe its audio");
  Dictionary options;
  if (kind == FileKind::kWav)
    options.set("rf64", "auto");
  check(avformat_write_header(context, options.get()), "write its header");
}

void AudioWriter::fill_frame(std::size_t begin, int num_samples) {
  av_frame_unref(frame_.get());
  frame_->nb_samples = num_samples;
  frame_->format = encoder_->sample_fmt;
  frame_->sample_rate = audio_.sample_rate_hz;
  frame_->pts = static_cast<std::int64_t>(begin);
  check(av_channel_layout_copy(&frame_->ch_layout, &encoder_->ch_layout), "copy a layout");
  check(av_frame_get_buffer(frame_.get(), 0), "hold a block");
  const auto num_channels = static_cast<std::size_t>(audio_.num_channels);
  for (std::size_t c = 0; c < num_channels; ++c) {
    const float* from = audio_.channel(static_cast<int>(c)).data() + begin;
    for (std::size_t i = 0; i < static_cast<std::size_t>(num_samples); ++i) {
      const std::size_t to = i * num_channels + c;
      switch (sample_format_) {
        case SampleFormat::kInt16:
          reinterpret_cast<std::int16_t*>(frame_->data[0])[to] = static_cast<std::int16_t>(quantized(from[i], 16));
          break;
        case SampleFormat::kInt24:
          reinterpret_cast<std::int32_t*>(frame_->data[0])[to] = quantized(from[i], 24) * 256;
          break;
        case SampleFormat::kFloat32:
          reinterpret_cast<float*>(frame_->data[0])[to] = from[i];
          break;
      }
    }
  }
}

void AudioWriter::encode(const AVFrame* frame) {
  check(avcodec_send_frame(encoder_.get(), frame), "encode");
  int code = 0;
  while ((code = avcodec_receive_packet(encoder_.get(), packet_.get())) >= 0) {
    av_packet_rescale_ts(packet_.get(), encoder_->time_base, stream_->time_base);
    packet_->stream_index = stream_->index;
    check(av_interleaved_write_frame(muxer_.get(), packet_.get()), "write");
  }
  if (code != AVERROR(EAGAIN) && code != AVERROR_EOF)
    check(code, "encode");
}

void AudioWriter::write() {
  const int block = encoder_->frame_size > 0 ? encoder_->frame_size : kPcmFrameSamples;
  const std::size_t num_frames = audio_.num_frames();
  for (std::size_t begin = 0; begin < num_frames; begin += static_cast<std::size_t>(block)) {
    fill_frame(begin, static_cast<int>(std::min(static_cast<std::size_t>(block), num_frames - begin)));
    encode(frame_.get());
  }
  encode(nullptr);
  check(av_write_trailer(muxer_.get()), "write its end");
  avio_flush(io_.get());
  check(io_.get()->error, "write");
  file_.commit();
}

}  // namespace
}  // namespace internal

void write_audio(const std::filesystem::path& path, const AudioView& audio, const WriteOptions& options) {
  internal::silence_ffmpeg();
  internal::check_audio(path.string(), audio);
  internal::check_tags(path.string(), options.tags);
  internal::AudioWriter(path, audio, options).write();
}

}  // namespace mess
