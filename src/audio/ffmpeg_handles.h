// SPDX-License-Identifier: MIT
// Owners for libav's C objects, and its error codes in words.
#pragma once

#include <memory>
#include <new>
#include <string>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/dict.h>
#include <libswresample/swresample.h>
}

namespace mess::internal {

struct FormatInputCloser {
  void operator()(AVFormatContext* context) const { avformat_close_input(&context); }
};
struct FormatOutputFreer {
  void operator()(AVFormatContext* context) const { avformat_free_context(context); }
};
struct IoFreer {
  void operator()(AVIOContext* io) const {
    av_freep(static_cast<void*>(&io->buffer));  // libav may have replaced the buffer it was given
    avio_context_free(&io);
  }
};
struct CodecFreer {
  void operator()(AVCodecContext* codec) const { avcodec_free_context(&codec); }
};
struct PacketFreer {
  void operator()(AVPacket* packet) const { av_packet_free(&packet); }
};
struct FrameFreer {
  void operator()(AVFrame* frame) const { av_frame_free(&frame); }
};
struct SwrFreer {
  void operator()(SwrContext* swr) const { swr_free(&swr); }
};

using FormatInput = std::unique_ptr<AVFormatContext, FormatInputCloser>;
using FormatOutput = std::unique_ptr<AVFormatContext, FormatOutputFreer>;
using IoContext = std::unique_ptr<AVIOContext, IoFreer>;
using CodecContext = std::unique_ptr<AVCodecContext, CodecFreer>;
using Packet = std::unique_ptr<AVPacket, PacketFreer>;
using Frame = std::unique_ptr<AVFrame, FrameFreer>;
using SwrHandle = std::unique_ptr<SwrContext, SwrFreer>;

/// Options for libav; what it understood is removed from the list, what is left is freed here.
class Dictionary {
 public:
  Dictionary() = default;
  ~Dictionary() { av_dict_free(&entries_); }
  Dictionary(const Dictionary&) = delete;
  Dictionary& operator=(const Dictionary&) = delete;

  void set(const char* key, const char* value) {
    // A white list that is lost for want of memory would let everything in.
    if (av_dict_set(&entries_, key, value, 0) < 0)
      throw std::bad_alloc();
  }
  AVDictionary** get() { return &entries_; }

 private:
  AVDictionary* entries_ = nullptr;
};

/// `handle`, or std::bad_alloc when libav had no memory for it.
template <typename Handle>
Handle allocated(Handle handle) {
  if (handle == nullptr)
    throw std::bad_alloc();
  return handle;
}

std::string av_error_text(int code);

/// A library does not print: libav is silenced once, unless the program has chosen a level of its own.
void silence_ffmpeg();

}  // namespace mess::internal
