// SPDX-License-Identifier: MIT
#include "src/audio/demuxer.h"

#include <cstring>

extern "C" {
#include <libavutil/avstring.h>
}

#include "src/audio/decode_error.h"
#include "src/audio/mp4_tables.h"

namespace mess::internal {
namespace {

// Every cover picture is a stream to libav. None of them is decoded, so the number costs little.
constexpr const char* kMaxStreams = "64";
constexpr const char* kProbeBytes = "1048576";
constexpr const char* kAnalyzeMicroseconds = "5000000";
constexpr int kMaxReadErrorsInARow = 100;

constexpr const char* kFormats = "wav,w64,flac,ogg,mov,aac,mp3,aiff";
constexpr const char* kDecoders =
    "mp3float,mp3,mp2float,mp2,aac,flac,vorbis,opus,alac,adpcm_ms,adpcm_ima_wav,pcm_alaw,pcm_mulaw,pcm_s8,pcm_u8,"
    "pcm_s16le,pcm_s16be,pcm_u16le,pcm_u16be,pcm_s24le,pcm_s24be,pcm_u24le,pcm_u24be,pcm_s32le,pcm_s32be,pcm_u32le,"
    "pcm_u32be,pcm_s64le,pcm_s64be,pcm_f16le,pcm_f24le,pcm_f32le,pcm_f32be,pcm_f64le,pcm_f64be";

bool is_listed(const char* name, const char* list) { return av_match_list(name, list, ',') > 0; }

int refuse_to_open(AVFormatContext*, AVIOContext** io, const char*, int, AVDictionary**) {
  *io = nullptr;
  return AVERROR(EACCES);
}

int is_interrupted(void* budget) { return static_cast<const TimeBudget*>(budget)->is_spent() ? 1 : 0; }

void set_demuxer_options(Dictionary& options, Container container) {
  options.set("format_whitelist", kFormats);
  options.set("codec_whitelist", kDecoders);
  options.set("protocol_whitelist", "");
  options.set("max_streams", kMaxStreams);
  options.set("probesize", kProbeBytes);
  options.set("analyzeduration", kAnalyzeMicroseconds);
  if (container == Container::kMov) {
    options.set("enable_drefs", "0");
    options.set("use_absolute_path", "0");
    options.set("ignore_chapters", "1");
  }
}

std::int64_t window_begin(const SniffedAudio& sniffed, Coverage coverage) {
  return coverage == Coverage::kWithTags && sniffed.has_leading_tag ? 0 : sniffed.audio_begin;
}

}  // namespace

Demuxer::Demuxer(const AudioSource& source, const TimeBudget& budget, Coverage coverage)
    : input_(source),
      budget_(budget),
      sniffed_(sniff_audio(input_)),
      window_(input_, window_begin(sniffed_, coverage),
              coverage == Coverage::kWithTags ? input_.size() : sniffed_.audio_end, budget) {
  silence_ffmpeg();
  if (container() == Container::kMov)
    check_mp4_tables(input_, sniffed_.audio_begin, sniffed_.audio_end);
  open();
  choose_stream();
}

void Demuxer::open() {
  AVFormatContext* context = allocated(avformat_alloc_context());
  context->pb = window_.io();
  context->flags |= AVFMT_FLAG_CUSTOM_IO;
  context->io_open = refuse_to_open;
  context->interrupt_callback = {is_interrupted, const_cast<TimeBudget*>(&budget_)};
  Dictionary options;
  set_demuxer_options(options, container());
  const char* kind = container_name(container());
  // On failure libav frees the context itself.
  int code = avformat_open_input(&context, "", av_find_input_format(kind), options.get());
  format_.reset(context);
  if (code >= 0) {
    for (unsigned i = 0; i < context->nb_streams; ++i) {
      AVStream& stream = *context->streams[i];
      if (stream.codecpar->codec_type != AVMEDIA_TYPE_AUDIO)
        stream.discard = AVDISCARD_ALL;
    }
    code = avformat_find_stream_info(context, nullptr);
  }
  check_for_failure(code);
  if (code < 0) {
    throw decode_error(name(), std::string("a readable ") + kind + " file",
                       "damage in its header (" + av_error_text(code) + ")");
  }
}

void Demuxer::choose_stream() {
  std::string other_codec;
  for (unsigned i = 0; i < format_->nb_streams; ++i) {
    AVStream* stream = format_->streams[i];
    stream->discard = AVDISCARD_ALL;
    if (stream->codecpar->codec_type != AVMEDIA_TYPE_AUDIO || stream_ != nullptr)
      continue;
    const AVCodec* decoder = avcodec_find_decoder(stream->codecpar->codec_id);
    if (decoder == nullptr || !is_listed(decoder->name, kDecoders)) {
      other_codec = avcodec_get_name(stream->codecpar->codec_id);
      continue;
    }
    stream_ = stream;
    decoder_ = decoder;
    stream->discard = AVDISCARD_DEFAULT;
  }
  if (stream_ != nullptr)
    return;
  if (!other_codec.empty())
    throw decode_error(name(), "MP3, AAC, FLAC, Vorbis, Opus, ALAC or PCM audio", other_codec);
  throw decode_error(name(), "an audio stream", "none");
}

void Demuxer::check_time() const {
  if (!budget_.is_spent())
    return;
  const std::string limit = std::to_string(budget_.total_seconds());
  throw decode_error(name(), "audio that decodes within " + limit + " s (timeout_seconds)", "that it takes longer");
}

void Demuxer::check_for_failure(int code) const {
  check_time();
  if (code < 0 && window_.failed_errno() != 0) {
    throw decode_error(name(), "a readable file", std::strerror(window_.failed_errno()));
  }
}

bool Demuxer::read(AVPacket& packet) {
  int num_errors_in_a_row = 0;
  while (true) {
    av_packet_unref(&packet);
    const int code = av_read_frame(format_.get(), &packet);
    check_for_failure(code);
    if (code == AVERROR_EOF)
      return false;
    if (code == AVERROR(ENOMEM))
      throw std::bad_alloc();
    if (code < 0) {
      ++num_read_errors_;
      if (++num_errors_in_a_row == kMaxReadErrorsInARow)
        return false;
      continue;
    }
    if (packet.stream_index == stream_->index)
      return true;
    num_errors_in_a_row = 0;
  }
}

bool Demuxer::seek(std::int64_t timestamp) {
  return av_seek_frame(format_.get(), stream_->index, timestamp, AVSEEK_FLAG_BACKWARD) >= 0;
}

double claimed_duration_seconds(const Demuxer& demuxer) {
  const AVStream& stream = demuxer.stream();
  if (stream.duration > 0)
    return static_cast<double>(stream.duration) * av_q2d(stream.time_base);
  const std::int64_t duration = demuxer.format().duration;
  return duration > 0 ? static_cast<double>(duration) / AV_TIME_BASE : 0.0;
}

}  // namespace mess::internal
