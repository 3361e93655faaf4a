// SPDX-License-Identifier: MIT
#include "src/encode/acoustic/modulation.h"

#include <algorithm>
#include <cmath>

#include "src/support/hann_window.h"

namespace mess::internal::acoustic {
namespace {

constexpr double kLowHz = 40.0;
constexpr double kRelativeFloor = 1e-7;    // of the loudest spectrum
constexpr std::size_t kLongestPause = 86;  // spectra: 2 s at a hop of 512

}  // namespace

ModulationSpectrum::ModulationSpectrum(std::size_t fft_size)
    : filters_(mel_filterbank(kNumBands, fft_size, kLowHz, kHighestHz)),
      window_(hann_window(kWindowSteps)),
      sums_(kNumValues) {}

void ModulationSpectrum::add(const PowerSpectrum& spectrum, double loudest_power) {
  const auto floor = static_cast<float>(kRelativeFloor * loudest_power);
  log_floor_ = std::log(floor);
  Energies silence;
  silence.fill(log_floor_);
  if (has_last_) {
    for (std::size_t i = 0; i < std::min(num_silent_, kLongestPause); ++i)
      add_energies(silence);
  }
  num_silent_ = 0;
  Energies energies;
  filters_.apply(spectrum.power(), energies);
  for (float& energy : energies)
    energy = std::log(energy + floor);
  add_energies(energies);
}

void ModulationSpectrum::add_silence() { ++num_silent_; }

void ModulationSpectrum::add_energies(const Energies& log_energies) {
  if (has_last_) {
    Energies& step = steps_.emplace_back();
    for (std::size_t band = 0; band < kNumBands; ++band)
      step[band] = log_energies[band] - last_[band];
  }
  last_ = log_energies;
  has_last_ = true;
  if (steps_.size() == kWindowSteps)
    add_window();
}

void ModulationSpectrum::add_window() {
  const std::vector<double> magnitudes = sums_of(steps_);
  for (std::size_t i = 0; i < kNumValues; ++i)
    sums_[i] += magnitudes[i];
  ++num_windows_;
  steps_.erase(steps_.begin(), steps_.begin() + kWindowSteps / 2);
}

std::vector<double> ModulationSpectrum::sums_of(const std::vector<Energies>& steps) const {
  RealFft fft(kWindowSteps);
  std::vector<double> magnitudes;
  for (std::size_t band = 0; band < kNumBands; ++band) {
    const std::span<float> input = fft.input();
    std::fill(input.begin(), input.end(), 0.0f);
    for (std::size_t t = 0; t < steps.size(); ++t)
      input[t] = steps[t][band] * window_[t];
    const auto spectrum = fft.transform().subspan(kFirstRate, kNumRates);
    for (const std::complex<float>& value : spectrum)
      magnitudes.push_back(std::sqrt(std::norm(std::complex<double>(value))));
  }
  return magnitudes;
}

std::vector<float> ModulationSpectrum::values() const {
  const std::vector<double> sums = num_windows_ > 0 ? sums_ : sums_of(steps_);
  std::vector<float> values;
  for (std::size_t band = 0; band < kNumBands; ++band) {
    const std::span<const double> rates = std::span(sums).subspan(band * kNumRates, kNumRates);
    double squares = 0.0;
    for (const double rate : rates)
      squares += rate * rate;
    const double scale = squares > 0.0 ? 1.0 / std::sqrt(squares) : 0.0;
    for (const double rate : rates)
      values.push_back(static_cast<float>(rate * scale));
  }
  return values;
}

}  // namespace mess::internal::acoustic
