// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <string>

#include "mess/audio.h"
#include "src/audio/decode_meter.h"
#include "src/audio/decoder.h"
#include "src/audio/demuxer.h"
#include "src/audio/planar_chunk.h"
#include "src/audio/time_budget.h"

namespace mess::internal {

/// One pass over a file, at the file's own rate and channels: opens, goes to the range, decodes, cuts, counts.
class DecodeSession {
 public:
  /// Decodes the first frame, so that the format is what the decoder gives and not what a header claims.
  /// @throws DecodeError, InvalidArgument
  DecodeSession(const AudioSource& source, const DecodeOptions& options);

  const std::string& name() const { return demuxer_->name(); }
  const AudioFormat& source_format() const { return summary_.source_format; }
  /// How many frames will probably come, by the header and never more than the file's size makes plausible.
  std::size_t expected_num_frames() const;

  /// The next piece of the range, finite samples only; false at its end. @throws DecodeError
  bool next(PlanarChunk& chunk);
  /// What limits the time of this file: converting its samples belongs to it, too.
  TimeBudget& budget() { return budget_; }
  /// @throws DecodeError  the budget is spent
  void check_time() const { demuxer_->check_time(); }
  /// Complete once next() has returned false.
  const DecodeSummary& summary() const { return summary_; }

 private:
  enum class Access { kMayJump, kFromStart };

  void open(const AudioSource& source, Access access);
  bool go_to_range();
  bool decode_frame(PlanarChunk& chunk);
  void count_format_change(const AudioFormat& format);
  void cut_to_range(PlanarChunk& chunk);
  void finish(bool is_end_of_file);

  DecodeOptions options_;
  TimeBudget budget_;
  std::unique_ptr<Demuxer> demuxer_;
  std::unique_ptr<Decoder> decoder_;
  std::unique_ptr<DecodeMeter> meter_;
  PlanarChunk waiting_;              // decoded while opening, not handed out yet; empty afterwards
  std::int64_t last_timestamp_ = 0;  // of the last decoded frame, in the stream's time base
  // In frames of the source format, from the start of the audio:
  std::int64_t position_ = 0;  // where the next chunk starts
  std::int64_t range_begin_ = 0;
  std::int64_t range_end_ = std::numeric_limits<std::int64_t>::max();
  std::int64_t num_given_frames_ = 0;
  AudioFormat last_format_;
  int num_format_changes_ = 0;
  bool is_finished_ = false;
  DecodeSummary summary_;
};

/// Runs `convert` on the session's clock. @throws DecodeError  the budget is spent
template <typename Convert>
void convert_within_budget(DecodeSession& session, const Convert& convert) {
  {
    const TimeBudget::Running running(session.budget());
    convert();
  }
  session.check_time();
}

}  // namespace mess::internal
