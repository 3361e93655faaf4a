// SPDX-License-Identifier: MIT
#include "src/audio/decoder.h"

#include "src/audio/decode_error.h"

namespace mess::internal {
namespace {

// Over twenty times the longest frame of any codec that is read.
constexpr std::int64_t kMaxSamplesPerFrame = 1 << 20;

}  // namespace

Decoder::Decoder(Demuxer& demuxer)
    : demuxer_(demuxer),
      codec_(allocated(avcodec_alloc_context3(&demuxer.decoder()))),
      packet_(allocated(av_packet_alloc())),
      frame_(allocated(av_frame_alloc())) {
  int code = avcodec_parameters_to_context(codec_.get(), demuxer.stream().codecpar);
  codec_->pkt_timebase = demuxer.stream().time_base;
  codec_->thread_count = 1;
  codec_->max_samples = kMaxSamplesPerFrame;
  // FLAC frames carry a checksum; without this a damaged frame would be heard as noise.
  if (codec_->codec_id == AV_CODEC_ID_FLAC)
    codec_->err_recognition |= AV_EF_CRCCHECK | AV_EF_EXPLODE;
  if (code >= 0)
    code = avcodec_open2(codec_.get(), &demuxer.decoder(), nullptr);
  if (code < 0) {
    throw decode_error(demuxer.name(), std::string("a decodable ") + demuxer.decoder().name + " stream",
                       "one that cannot be opened (" + av_error_text(code) + ")");
  }
}

const AVFrame* Decoder::next() {
  while (true) {
    const int code = avcodec_receive_frame(codec_.get(), frame_.get());
    if (code == 0)
      return frame_.get();
    if (code == AVERROR_EOF)
      return nullptr;
    if (code == AVERROR(EAGAIN)) {
      if (is_draining_)
        return nullptr;
      send_packet();
    } else if (code == AVERROR(ENOMEM)) {
      throw std::bad_alloc();
    } else {
      ++num_bad_packets_;
      demuxer_.check_time();
    }
  }
}

void Decoder::send_packet() {
  const bool has_packet = has_held_packet_ || demuxer_.read(*packet_);
  has_held_packet_ = false;
  is_draining_ = !has_packet;
  if (has_packet)
    num_encoded_bytes_ += packet_->size;
  const int code = avcodec_send_packet(codec_.get(), has_packet ? packet_.get() : nullptr);
  if (code == AVERROR(ENOMEM))
    throw std::bad_alloc();
  if (code < 0 && has_packet)
    ++num_bad_packets_;
}

void Decoder::flush() {
  avcodec_flush_buffers(codec_.get());
  is_draining_ = false;
  has_held_packet_ = false;
}

bool Decoder::skip_to(std::int64_t timestamp) {
  while (demuxer_.read(*packet_)) {
    if (packet_->pts != AV_NOPTS_VALUE && packet_->pts >= timestamp) {
      has_held_packet_ = true;
      return true;
    }
  }
  return false;
}

}  // namespace mess::internal
