// SPDX-License-Identifier: MIT
// Windows propose stretches of tracks, the frames of each stretch decide.
#include <algorithm>
#include <cmath>
#include <limits>
#include <mutex>
#include <vector>

#include "mess/error.h"
#include "src/moments/aligner.h"
#include "src/moments/moment_index_impl.h"
#include "src/moments/window_ids.h"

namespace mess {
namespace {

constexpr std::size_t kMaxQueryWindows = 8;
constexpr double kMaxHits = 4096.0;
constexpr std::size_t kOwnPlaces = 4;  // that overlap a passage and are half of it apart

// Where in a track a passage may begin.
struct Proposal {
  std::int64_t track_id = 0;
  double first_seconds = 0.0;
  double last_seconds = 0.0;
};

// At most kMaxQueryWindows windows, evenly spread; the whole passage when it is no longer than one.
std::vector<TimeSpan> windows_of_passage(const Frames& frames, double window_seconds) {
  const double end = static_cast<double>(frames.num_frames - 1) * frames.hop_seconds +
                     std::max(frames.window_seconds, frames.hop_seconds);
  if (end <= window_seconds)
    return {{0.0, end}};
  const auto count = std::min<std::size_t>(kMaxQueryWindows, static_cast<std::size_t>(end / window_seconds) + 1);
  std::vector<TimeSpan> windows;
  for (std::size_t i = 0; i < count; ++i) {
    const double start = (end - window_seconds) * static_cast<double>(i) / static_cast<double>(count - 1);
    windows.push_back({start, start + window_seconds});
  }
  return windows;
}

// Windows closer than half their length crowd around the same few places: so many more are asked for.
std::size_t num_hits(const FindMomentOptions& options, const WindowOptions& windows) {
  const double crowding = std::max(1.0, 0.5 * windows.window_seconds / windows.hop_seconds);
  const double wanted = std::min(kMaxHits, crowding * static_cast<double>(options.num_proposals));
  return std::max(options.num_proposals, static_cast<std::size_t>(wanted));
}

// Proposals of one track that touch become one.
std::vector<Proposal> merged(std::vector<Proposal> proposals) {
  std::sort(proposals.begin(), proposals.end(), [](const Proposal& a, const Proposal& b) {
    return a.track_id != b.track_id ? a.track_id < b.track_id : a.first_seconds < b.first_seconds;
  });
  std::vector<Proposal> result;
  for (const Proposal& proposal : proposals) {
    const bool touches = !result.empty() && result.back().track_id == proposal.track_id &&
                         proposal.first_seconds <= result.back().last_seconds;
    if (touches)
      result.back().last_seconds = std::max(result.back().last_seconds, proposal.last_seconds);
    else
      result.push_back(proposal);
  }
  return result;
}

bool overlaps(const OwnPassage& own, const Moment& moment) {
  return moment.track_id == own.track_id && moment.alignment.start_seconds < own.end_seconds &&
         moment.alignment.end_seconds > own.start_seconds;
}

class Finder {
 public:
  Finder(const internal::PassageRows& passage, const FrameReader& read, const MomentIndexOptions& index,
         const FindMomentOptions& options)
      : passage_(passage), read_(read), index_(index), options_(options) {}

  std::vector<Proposal> proposals(std::span<const TimeSpan> windows, const SearchResult& hits) const {
    std::vector<Proposal> found;
    const double hop = index_.windows.hop_seconds;
    // A passage shorter than a window may lie anywhere in it.
    const double room = std::max(0.0, index_.windows.window_seconds - passage_.duration_seconds());
    const double stretch = options_.any_tempo ? passage_.duration_seconds() : 0.0;
    for (std::size_t i = 0; i < hits.ids.size(); ++i) {
      if (hits.ids[i] < 0)
        continue;
      const double window_start = static_cast<double>(internal::number_of(hits.ids[i])) * hop;
      const double start = window_start - windows[i / hits.k].start_seconds;
      // The last window of a track begins up to a hop before its place in the row of windows.
      found.push_back({internal::track_of(hits.ids[i]), start - hop - stretch, start + room + hop});
    }
    return merged(std::move(found));
  }

  void look(const Proposal& proposal, std::vector<Moment>& found) const {
    const double hop = passage_.hop_seconds();
    const double stretch = options_.any_tempo ? 2.0 : 1.0;
    const double first = std::max(0.0, std::floor(proposal.first_seconds / hop));
    const double last = proposal.last_seconds + stretch * passage_.duration_seconds() + 2.0 * hop;
    // Half a hop into the first frame, so that rounding cannot choose another one.
    const Frames frames = read_(proposal.track_id, (first + 0.5) * hop, last);
    if (frames.num_frames == 0)
      return;
    const double separation = 0.5 * passage_.duration_seconds();
    const std::size_t wanted = options_.max_per_track + (options_.own ? kOwnPlaces : 0);
    for (const Alignment& alignment : internal::align(passage_, frames, first * hop,
                                                      {.max_results = wanted,
                                                       .any_tempo = options_.any_tempo,
                                                       .separation_seconds = separation,
                                                       .scale = &index_.scale})) {
      const Moment moment{proposal.track_id, alignment};
      if (!options_.own || !overlaps(*options_.own, moment))
        found.push_back(moment);
    }
  }

  // Best first: of each track the best ones that are apart.
  std::vector<Moment> best(const std::vector<Moment>& found) const {
    std::map<std::int64_t, std::vector<Alignment>> by_track;
    for (const Moment& moment : found)
      by_track[moment.track_id].push_back(moment.alignment);
    std::vector<Moment> moments;
    for (auto& [track_id, alignments] : by_track) {
      const double separation = 0.5 * passage_.duration_seconds();
      for (const Alignment& alignment : internal::best_apart(std::move(alignments), options_.max_per_track, separation))
        moments.push_back({track_id, alignment});
    }
    std::stable_sort(moments.begin(), moments.end(),
                     [](const Moment& a, const Moment& b) { return a.alignment.score > b.alignment.score; });
    moments.resize(std::min(moments.size(), options_.k));
    return moments;
  }

 private:
  const internal::PassageRows& passage_;
  const FrameReader& read_;
  const MomentIndexOptions& index_;
  const FindMomentOptions& options_;
};

}  // namespace

std::vector<Moment> MomentIndex::find(const Passage& passage, const FrameReader& read,
                                      const FindMomentOptions& options) const {
  if (options.k == 0 || options.max_per_track == 0)
    throw InvalidArgument("[moments] k, max_per_track: expected at least 1, found 0");
  const internal::PassageRows rows(passage, &impl_->options.scale);
  const Finder finder(rows, read, impl_->options, options);
  std::vector<Proposal> proposals;
  {
    const std::shared_lock lock(impl_->mutex);
    if (!impl_->windows)
      return {};
    FramesView expected({}, 0, impl_->dim, impl_->encoder_id);
    expected.hop_seconds = impl_->hop_seconds;
    rows.check_like(expected, "index");
    if (options.num_proposals == 0) {
      for (const auto& [track_id, count] : impl_->num_windows)
        proposals.push_back(
            {track_id, 0.0,
             static_cast<double>(count) * impl_->options.windows.hop_seconds + impl_->options.windows.window_seconds});
    } else {
      const std::vector<TimeSpan> windows = windows_of_passage(rows.frames(), impl_->options.windows.window_seconds);
      const SpanEmbeddings queries = impl_->embed(rows.frames(), windows);
      const std::size_t count = num_hits(options, impl_->options.windows);
      const SearchOptions search{.k = count, .effort = 2 * count};
      proposals = finder.proposals(windows, impl_->windows->search(queries.values, windows.size(), search));
    }
  }
  std::vector<Moment> found;
  for (const Proposal& proposal : proposals)
    finder.look(proposal, found);
  return finder.best(found);
}

}  // namespace mess
