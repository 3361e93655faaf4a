// SPDX-License-Identifier: MIT
#include "mess/flow.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "mess/error.h"

namespace mess {
namespace {

bool is_known(const FlowTempo& tempo) { return std::isfinite(tempo.bpm) && tempo.bpm > 0.0; }

// Of the key's scale on the circle of fifths: that of its relative major.
int place_on_circle(const FlowKey& key) { return (key.tonic_pitch_class + (key.is_minor ? 3 : 0)) * 7 % 12; }

double mean_power_db(std::span<const float> levels_db) {
  if (levels_db.empty())
    return std::numeric_limits<double>::quiet_NaN();
  double power = 0.0;
  for (const float level : levels_db)
    power += std::pow(10.0, level / 10.0);
  return 10.0 * std::log10(power / static_cast<double>(levels_db.size()));
}

}  // namespace

FlowKey parse_key(const std::string& name, double confidence) {
  if (name.empty())
    return {};
  constexpr std::array kTonics{"C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B"};
  const std::size_t space = name.find(' ');
  const auto tonic = std::find(kTonics.begin(), kTonics.end(), name.substr(0, space));
  const std::string mode = space == std::string::npos ? "" : name.substr(space + 1);
  if (tonic == kTonics.end() || (mode != "major" && mode != "minor"))
    throw InvalidArgument("[playlist] key: expected a name like \"F# minor\", found \"" + name + "\"");
  return {static_cast<int>(tonic - kTonics.begin()), mode == "minor", confidence};
}

std::optional<double> octave_tempo_ratio(const FlowTempo& from, const FlowTempo& to) {
  if (!is_known(from) || !is_known(to))
    return std::nullopt;
  const double ratio = to.bpm / from.bpm;
  const std::array<double, 3> levels{ratio, 2.0 * ratio, 0.5 * ratio};
  return *std::min_element(levels.begin(), levels.end(),
                           [](double a, double b) { return std::abs(std::log2(a)) < std::abs(std::log2(b)); });
}

std::optional<int> fifths_between(const FlowKey& from, const FlowKey& to) {
  if (from.tonic_pitch_class < 0 || to.tonic_pitch_class < 0)
    return std::nullopt;
  const int up = (place_on_circle(to) - place_on_circle(from) + 12) % 12;
  return std::min(up, 12 - up);
}

std::string key_relation(const FlowKey& from, const FlowKey& to) {
  const std::optional<int> steps = fifths_between(from, to);
  if (!steps)
    return "";
  const bool same_mode = from.is_minor == to.is_minor;
  if (*steps == 0)
    return same_mode ? "same key" : "relative key";
  if (!same_mode && from.tonic_pitch_class == to.tonic_pitch_class)
    return "parallel key";
  if (*steps == 1 && same_mode)
    return (place_on_circle(to) - place_on_circle(from) + 12) % 12 == 1 ? "fifth up" : "fifth down";
  return std::to_string(*steps) + (*steps == 1 ? " fifth apart" : " fifths apart");
}

EdgeLevels edge_levels(std::span<const float> energy_dbfs, double sounding_start_seconds, double sounding_end_seconds,
                       double edge_seconds) {
  if (!(edge_seconds > 0.0))
    throw InvalidArgument("[playlist] edge_seconds: expected more than 0, found " + std::to_string(edge_seconds));
  const auto size = static_cast<double>(energy_dbfs.size());
  // NaN falls to the limit that is named first.
  const auto begin = static_cast<std::size_t>(std::floor(std::max(0.0, std::min(size, sounding_start_seconds))));
  const auto end = static_cast<std::size_t>(std::ceil(std::max(0.0, std::min(size, sounding_end_seconds))));
  if (end <= begin)
    return {};
  const std::span<const float> sounding = energy_dbfs.subspan(begin, end - begin);
  const auto count =
      static_cast<std::size_t>(std::clamp(std::round(edge_seconds), 1.0, static_cast<double>(sounding.size())));
  return {mean_power_db(sounding.first(count)), mean_power_db(sounding.last(count))};
}

double track_intensity(double integrated_lufs, double onsets_per_second, double brightness) {
  const std::array<double, 3> parts{(integrated_lufs + 30.0) / 24.0, onsets_per_second / 8.0, brightness};
  double sum = 0.0;
  int num_known = 0;
  for (const double part : parts) {
    if (std::isnan(part))
      continue;
    sum += std::clamp(part, 0.0, 1.0);
    ++num_known;
  }
  return num_known > 0 ? sum / num_known : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace mess
