// SPDX-License-Identifier: MIT
#include <array>
#include <memory>
#include <string_view>

#include "mess/audio_info.h"
#include "src/audio/demuxer.h"

extern "C" {
#include <libavutil/hash.h>
}

namespace mess {
namespace {

constexpr double kTimeoutSeconds = 900.0;

class Sha256 {
 public:
  Sha256() {
    AVHashContext* context = nullptr;
    if (av_hash_alloc(&context, "SHA256") < 0)
      throw std::bad_alloc();
    context_.reset(context);
    av_hash_init(context);
  }

  void add(const void* bytes, std::size_t count) {
    av_hash_update(context_.get(), static_cast<const std::uint8_t*>(bytes), count);
  }
  void add_little_endian(std::uint32_t value) {
    const std::array<std::uint8_t, 4> bytes{static_cast<std::uint8_t>(value), static_cast<std::uint8_t>(value >> 8),
                                            static_cast<std::uint8_t>(value >> 16),
                                            static_cast<std::uint8_t>(value >> 24)};
    add(bytes.data(), bytes.size());
  }
  std::string hex() {
    std::array<std::uint8_t, 2 * AV_HASH_MAX_SIZE + 4> text{};
    av_hash_final_hex(context_.get(), text.data(), static_cast<int>(text.size()));
    return reinterpret_cast<const char*>(text.data());
  }

 private:
  struct Freer {
    void operator()(AVHashContext* context) const { av_hash_freep(&context); }
  };
  std::unique_ptr<AVHashContext, Freer> context_;
};

}  // namespace

std::string audio_content_hash(const AudioSource& source) {
  internal::TimeBudget budget(kTimeoutSeconds);
  const internal::TimeBudget::Running running(budget);
  internal::Demuxer demuxer(source, budget, internal::Coverage::kAudioOnly);
  const AVCodecParameters& codec = *demuxer.stream().codecpar;
  const std::string_view codec_name = avcodec_get_name(codec.codec_id);
  // PCM has no packets of its own: where libav cuts it differs between its versions.
  const bool has_packets = av_get_exact_bits_per_sample(codec.codec_id) == 0;

  Sha256 hash;
  hash.add(codec_name.data(), codec_name.size() + 1);
  hash.add_little_endian(static_cast<std::uint32_t>(codec.sample_rate));
  hash.add_little_endian(static_cast<std::uint32_t>(codec.ch_layout.nb_channels));
  const internal::Packet packet(internal::allocated(av_packet_alloc()));
  while (demuxer.read(*packet)) {
    if (has_packets)
      hash.add_little_endian(static_cast<std::uint32_t>(packet->size));
    hash.add(packet->data, static_cast<std::size_t>(packet->size));
  }
  return hash.hex();
}

}  // namespace mess
