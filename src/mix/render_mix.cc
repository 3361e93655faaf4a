// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>
#include <list>

#include "mess/error.h"
#include "mess/mix.h"
#include "src/mix/deck.h"
#include "src/mix/limiter.h"
#include "src/support/atomic_file.h"

namespace mess {
namespace internal {
namespace {

constexpr std::size_t kBlockFrames = 4096;
constexpr double kSoftEdgeSeconds = 0.005;  // of a track that begins or ends at once: no click

class MixRenderer {
 public:
  MixRenderer(const MixPlan& plan, const std::filesystem::path& path, const RenderOptions& options)
      : plan_(plan),
        options_(options),
        format_{options.sample_rate_hz, options.num_channels},
        writer_(path, format_, write_options(plan, options)),
        limiter_(options.ceiling_dbtp, options.sample_rate_hz, options.num_channels),
        ready_(static_cast<std::size_t>(options.num_channels)) {}

  bool run() {
    const std::int64_t num_frames = std::llround(plan_.duration_seconds * format_.sample_rate_hz);
    std::int64_t next_report = 0;
    while (done_ < num_frames) {
      if (options_.progress && done_ >= next_report) {
        if (!options_.progress(static_cast<double>(done_) / static_cast<double>(num_frames)))
          return false;
        next_report = done_ + format_.sample_rate_hz;
      }
      render_block(static_cast<std::size_t>(std::min<std::int64_t>(kBlockFrames, num_frames - done_)));
    }
    limiter_.finish(ready_);
    write_ready();
    writer_.finish();
    if (options_.progress)
      options_.progress(1.0);
    return true;
  }

 private:
  static WriteOptions write_options(const MixPlan& plan, const RenderOptions& options) {
    WriteOptions write;
    write.sample_format = options.sample_format;
    write.bit_rate_kbps = options.bit_rate_kbps;
    if (!options.title.empty())
      write.tags["title"] = options.title;
    for (std::size_t i = 0; i < plan.pieces.size(); ++i) {
      const MixPiece& piece = plan.pieces[i];
      const double end = i + 1 < plan.pieces.size() ? plan.pieces[i + 1].start_seconds : plan.duration_seconds;
      const std::string& artist = piece.track.artist;
      write.chapters.push_back(
          {piece.start_seconds, end, artist.empty() ? piece.track.title : artist + " - " + piece.track.title});
    }
    return write;
  }

  Edge edge_of(const std::optional<Transition>& transition, const MixTrack* leaving) const {
    Edge edge;
    const bool is_gapless = transition && transition->tier == TransitionTier::kGapless;
    const bool is_overlap = transition && transition->overlap_seconds > 0.0;
    edge.is_overlap = is_overlap;
    if (!is_gapless) {
      edge.frames =
          std::llround((is_overlap ? transition->overlap_seconds : kSoftEdgeSeconds) * format_.sample_rate_hz);
    }
    // The bass changes hands within one beat.
    if (is_overlap && options_.swaps_bass && transition->tier == TransitionTier::kBeatMatch)
      edge.swap_share = 1.0 / (transition->bars * leaving->beats_per_bar.value_or(4));
    return edge;
  }

  void open_decks(std::int64_t before_frame) {
    while (next_piece_ < plan_.pieces.size() &&
           std::llround(plan_.pieces[next_piece_].start_seconds * format_.sample_rate_hz) < before_frame) {
      const std::size_t i = next_piece_++;
      const MixPiece& piece = plan_.pieces[i];
      const bool is_last = i + 1 == plan_.pieces.size();
      const Edge entry = edge_of(piece.entry, i > 0 ? &plan_.pieces[i - 1].track : nullptr);
      const Edge exit = edge_of(is_last ? std::nullopt : plan_.pieces[i + 1].entry, &piece.track);
      decks_.emplace_back(piece, format_, entry, exit);
    }
  }

  void render_block(std::size_t count) {
    const std::int64_t end = done_ + static_cast<std::int64_t>(count);
    open_decks(end);
    mix_.assign(count * ready_.size(), 0.0f);
    for (Deck& deck : decks_) {
      const std::int64_t from = std::max(done_, deck.start_frame());
      const std::int64_t to = std::min(end, deck.end_frame());
      if (to > from)
        deck.add_to(mix_, count, static_cast<std::size_t>(from - done_), static_cast<std::size_t>(to - from));
    }
    decks_.remove_if([end](const Deck& deck) { return deck.end_frame() <= end; });
    done_ = end;
    limiter_.push(mix_, ready_);
    write_ready();
  }

  void write_ready() {
    mix_.clear();
    for (auto& channel : ready_) {
      mix_.insert(mix_.end(), channel.begin(), channel.end());
      channel.clear();
    }
    if (!mix_.empty())
      writer_.write(mix_);
  }

  const MixPlan& plan_;
  const RenderOptions& options_;
  AudioFormat format_;
  AudioFileWriter writer_;
  Limiter limiter_;
  std::list<Deck> decks_;  // those that sound now
  std::size_t next_piece_ = 0;
  std::int64_t done_ = 0;  // frames
  std::vector<float> mix_;
  std::vector<std::vector<float>> ready_;  // of each channel, from the limiter
};

void write_cue_sheet(const MixPlan& plan, const std::filesystem::path& path, const std::string& title) {
  const std::string text = cue_sheet(plan, path.filename().string(), title);
  AtomicFile file(std::filesystem::path(path).replace_extension(".cue"));
  file.write(std::as_bytes(std::span(text)));
  file.commit();
}

}  // namespace
}  // namespace internal

bool render_mix(const MixPlan& plan, const std::filesystem::path& path, const RenderOptions& options) {
  if (plan.pieces.empty())
    throw InvalidArgument("[mix] plan: expected at least one piece, found none");
  if (plan.pieces.front().entry)
    throw InvalidArgument("[mix] plan: expected a first piece that begins by itself, found one with a transition");
  if (options.num_channels < 1 || options.num_channels > 2) {
    throw InvalidArgument("[mix] num_channels: expected 1 or 2, found " + std::to_string(options.num_channels));
  }
  if (!(options.ceiling_dbtp <= 0.0 && options.ceiling_dbtp >= -40.0)) {
    throw InvalidArgument("[mix] ceiling_dbtp: expected -40 to 0, found " + std::to_string(options.ceiling_dbtp));
  }
  if (!internal::MixRenderer(plan, path, options).run())
    return false;
  if (options.writes_cue_sheet)
    internal::write_cue_sheet(plan, path, options.title);
  return true;
}

}  // namespace mess
