// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>

#include "mess/audio_write.h"
#include "mess/error.h"
#include "src/audio/ffmpeg_handles.h"
#include "src/audio/output_io.h"
#include "src/audio/write_format.h"
#include "src/support/atomic_file.h"

namespace mess {
namespace internal {
namespace {

constexpr std::size_t kPcmFrameSamples = 4096;

/// Integers clip at full scale; a view's samples are rounded to the nearest step.
std::int32_t quantized(float sample, int num_bits) {
  const double scale = std::ldexp(1.0, num_bits - 1);
  return static_cast<std::int32_t>(std::clamp(std::nearbyint(sample * scale), -scale, scale - 1.0));
}

}  // namespace
}  // namespace internal

using namespace internal;

struct AudioFileWriter::Impl {
  Impl(const std::filesystem::path& path, const AudioFormat& format, const WriteOptions& options);
  void write(std::span<const float> chunk);
  void finish();

 private:
  void open_encoder(AVCodecID codec_id, int bit_rate);
  void open_muxer(const WriteOptions& options);
  void add_chapters(const std::vector<AudioChapter>& chapters);
  void add_chapter_comments(const std::vector<AudioChapter>& chapters);
  void encode_block();
  void fill_frame(int num_samples);
  void encode(const AVFrame* frame);
  void check(int code, const char* action) const;

  std::string name_;
  AudioFormat format_;
  FileKind kind_;
  SampleFormat sample_format_;
  AtomicFile file_;
  OutputIo io_;
  FormatOutput muxer_;
  CodecContext encoder_;
  Packet packet_;
  Frame frame_;
  AVStream* stream_ = nullptr;
  std::size_t block_frames_ = kPcmFrameSamples;
  std::vector<std::vector<float>> pending_;  // of each channel, less than a block
  std::int64_t num_written_ = 0;             // frames
};

AudioFileWriter::Impl::Impl(const std::filesystem::path& path, const AudioFormat& format, const WriteOptions& options)
    : name_(path.string()),
      format_((silence_ffmpeg(), check_write_format(name_, format), check_write_options(name_, options), format)),
      kind_(file_kind_of(path)),
      sample_format_(options.sample_format),
      file_(path),
      io_(file_.fd()),
      packet_(allocated(av_packet_alloc())),
      frame_(allocated(av_frame_alloc())),
      pending_(static_cast<std::size_t>(format.num_channels)) {
  open_encoder(codec_for(kind_, sample_format_, name_), bit_rate_of(kind_, options, name_));
  open_muxer(options);
  if (encoder_->frame_size > 0)
    block_frames_ = static_cast<std::size_t>(encoder_->frame_size);
}

void AudioFileWriter::Impl::check(int code, const char* action) const {
  if (code < 0)
    throw Error("[write] " + name_ + ": expected to " + action + ", found: " + av_error_text(code));
}

void AudioFileWriter::Impl::open_encoder(AVCodecID codec_id, int bit_rate) {
  // FFmpeg's own Opus encoder is experimental: libopus it is.
  const AVCodec* codec =
      codec_id == AV_CODEC_ID_OPUS ? avcodec_find_encoder_by_name("libopus") : avcodec_find_encoder(codec_id);
  if (codec == nullptr)
    throw Error("[write] " + name_ + ": expected an encoder for " + avcodec_get_name(codec_id) + ", found none");
  encoder_.reset(allocated(avcodec_alloc_context3(codec)));
  encoder_->sample_rate = format_.sample_rate_hz;
  encoder_->time_base = {1, format_.sample_rate_hz};
  encoder_->thread_count = 1;
  encoder_->bit_rate = bit_rate;
  encoder_->sample_fmt = encoder_sample_format(kind_, sample_format_);
  if (encoder_->sample_fmt == AV_SAMPLE_FMT_S32)
    encoder_->bits_per_raw_sample = 24;
  av_channel_layout_default(&encoder_->ch_layout, format_.num_channels);
  if (avcodec_open2(encoder_.get(), codec, nullptr) < 0) {
    throw InvalidArgument("[write] " + name_ + ": expected a rate and a channel count that " + codec->name +
                          " can hold, found " + std::to_string(format_.sample_rate_hz) + " Hz, " +
                          std::to_string(format_.num_channels) + " channels");
  }
}

void AudioFileWriter::Impl::open_muxer(const WriteOptions& options) {
  AVFormatContext* context = nullptr;
  check(avformat_alloc_output_context2(&context, nullptr, muxer_name(kind_), nullptr), "start");
  muxer_.reset(context);
  context->pb = io_.get();
  // Bit-exact: no library version in the file, so the same audio gives the same bytes.
  context->flags |= AVFMT_FLAG_CUSTOM_IO | AVFMT_FLAG_BITEXACT;
  for (const auto& [key, value] : options.tags)
    check(av_dict_set(&context->metadata, key.c_str(), value.c_str(), 0), "hold its tags");
  if (kind_ == FileKind::kFlac)
    add_chapter_comments(options.chapters);
  else if (kind_ != FileKind::kWav)
    add_chapters(options.chapters);
  stream_ = allocated(avformat_new_stream(context, nullptr));
  stream_->time_base = encoder_->time_base;
  check(avcodec_parameters_from_context(stream_->codecpar, encoder_.get()), "describe its audio");
  Dictionary muxer_options;
  if (kind_ == FileKind::kWav)
    muxer_options.set("rf64", "auto");
  check(avformat_write_header(context, muxer_options.get()), "write its header");
}

void AudioFileWriter::Impl::add_chapters(const std::vector<AudioChapter>& chapters) {
  if (chapters.empty())
    return;
  auto** list = static_cast<AVChapter**>(allocated(av_calloc(chapters.size(), sizeof(AVChapter*))));
  muxer_->chapters = list;
  for (const AudioChapter& chapter : chapters) {
    auto* one = static_cast<AVChapter*>(allocated(av_mallocz(sizeof(AVChapter))));
    list[muxer_->nb_chapters++] = one;  // the muxer frees it from here on
    one->id = muxer_->nb_chapters;
    one->time_base = {1, 1000};
    one->start = static_cast<std::int64_t>(std::llround(1000.0 * chapter.start_seconds));
    one->end = static_cast<std::int64_t>(std::llround(1000.0 * chapter.end_seconds));
    check(av_dict_set(&one->metadata, "title", chapter.title.c_str(), 0), "hold its chapters");
  }
}

// FFmpeg 5 writes no chapters into FLAC: this is what it writes into Ogg, https://wiki.xiph.org/Chapter_Extension.
void AudioFileWriter::Impl::add_chapter_comments(const std::vector<AudioChapter>& chapters) {
  for (std::size_t i = 0; i < chapters.size(); ++i) {
    const auto milliseconds = static_cast<long long>(std::llround(1000.0 * chapters[i].start_seconds));
    char key[32];
    char time[48];
    std::snprintf(key, sizeof key, "CHAPTER%03u", static_cast<unsigned>(i));
    std::snprintf(time, sizeof time, "%02lld:%02lld:%02lld.%03lld", milliseconds / 3'600'000,
                  milliseconds / 60'000 % 60, milliseconds / 1000 % 60, milliseconds % 1000);
    check(av_dict_set(&muxer_->metadata, key, time, 0), "hold its chapters");
    const std::string name_key = std::string(key) + "NAME";
    check(av_dict_set(&muxer_->metadata, name_key.c_str(), chapters[i].title.c_str(), 0), "hold its chapters");
  }
}

void AudioFileWriter::Impl::write(std::span<const float> chunk) {
  check_samples(name_, chunk, format_.num_channels);
  const std::size_t num_frames = chunk.size() / pending_.size();
  for (std::size_t done = 0; done < num_frames;) {
    const std::size_t count = std::min(num_frames - done, block_frames_ - pending_[0].size());
    for (std::size_t c = 0; c < pending_.size(); ++c) {
      const auto begin = chunk.begin() + static_cast<std::ptrdiff_t>(c * num_frames + done);
      pending_[c].insert(pending_[c].end(), begin, begin + static_cast<std::ptrdiff_t>(count));
    }
    done += count;
    if (pending_[0].size() == block_frames_)
      encode_block();
  }
}

void AudioFileWriter::Impl::finish() {
  if (!pending_[0].empty())
    encode_block();
  if (num_written_ == 0)
    throw InvalidArgument("[write] " + name_ + ": expected at least one sample, found none");
  encode(nullptr);
  check(av_write_trailer(muxer_.get()), "write its end");
  avio_flush(io_.get());
  check(io_.get()->error, "write");
  file_.commit();
}

void AudioFileWriter::Impl::encode_block() {
  fill_frame(static_cast<int>(pending_[0].size()));
  encode(frame_.get());
  num_written_ += static_cast<std::int64_t>(pending_[0].size());
  for (auto& channel : pending_)
    channel.clear();
}

void AudioFileWriter::Impl::fill_frame(int num_samples) {
  av_frame_unref(frame_.get());
  frame_->nb_samples = num_samples;
  frame_->format = encoder_->sample_fmt;
  frame_->sample_rate = format_.sample_rate_hz;
  frame_->pts = num_written_;
  check(av_channel_layout_copy(&frame_->ch_layout, &encoder_->ch_layout), "copy a layout");
  check(av_frame_get_buffer(frame_.get(), 0), "hold a block");
  const std::size_t num_channels = pending_.size();
  for (std::size_t c = 0; c < num_channels; ++c) {
    const std::vector<float>& from = pending_[c];
    if (encoder_->sample_fmt == AV_SAMPLE_FMT_FLTP) {
      std::memcpy(frame_->extended_data[c], from.data(), from.size() * sizeof(float));
      continue;
    }
    for (std::size_t i = 0; i < from.size(); ++i) {
      const std::size_t to = i * num_channels + c;
      if (encoder_->sample_fmt == AV_SAMPLE_FMT_S16)
        reinterpret_cast<std::int16_t*>(frame_->data[0])[to] = static_cast<std::int16_t>(quantized(from[i], 16));
      else if (encoder_->sample_fmt == AV_SAMPLE_FMT_S32)
        reinterpret_cast<std::int32_t*>(frame_->data[0])[to] = quantized(from[i], 24) * 256;
      else
        reinterpret_cast<float*>(frame_->data[0])[to] = from[i];
    }
  }
}

void AudioFileWriter::Impl::encode(const AVFrame* frame) {
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

AudioFileWriter::AudioFileWriter(const std::filesystem::path& path, const AudioFormat& format,
                                 const WriteOptions& options)
    : impl_(std::make_unique<Impl>(path, format, options)) {}
AudioFileWriter::~AudioFileWriter() = default;
AudioFileWriter::AudioFileWriter(AudioFileWriter&&) noexcept = default;
AudioFileWriter& AudioFileWriter::operator=(AudioFileWriter&&) noexcept = default;

void AudioFileWriter::write(std::span<const float> chunk) { impl_->write(chunk); }
void AudioFileWriter::finish() { impl_->finish(); }

void write_audio(const std::filesystem::path& path, const AudioView& audio, const WriteOptions& options) {
  const AudioFormat format{audio.sample_rate_hz, audio.num_channels};
  check_write_format(path.string(), format);
  if (audio.samples.empty()) {
    throw InvalidArgument("[write] " + path.string() + ": expected a positive multiple of " +
                          std::to_string(audio.num_channels) + " samples, found 0");
  }
  check_samples(path.string(), audio.samples, audio.num_channels);
  AudioFileWriter writer(path, format, options);
  writer.write(audio.samples);
  writer.finish();
}

}  // namespace mess
