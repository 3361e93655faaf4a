// SPDX-License-Identifier: MIT
// For the kernels' own files only: the signal kernels in vectors of kLanes floats, compiled once per instruction set. Internal
// linkage, so that no copy compiled for one set serves another; for the same reason nothing inline of the standard library.
#pragma once

#include <cstdint>

#include "src/support/kernels/signal_kernels.h"

namespace mess::internal {
namespace {

#if defined(__AVX512F__)
constexpr std::size_t kLanes = 16;
#elif defined(__AVX2__)
constexpr std::size_t kLanes = 8;
#else
constexpr std::size_t kLanes = 4;
#endif

using Floats = float __attribute__((vector_size(4 * kLanes)));
using UnalignedFloats = float __attribute__((vector_size(4 * kLanes), aligned(4), may_alias));
using Integers = std::int32_t __attribute__((vector_size(4 * kLanes)));
using FourIntegers = std::int32_t __attribute__((vector_size(16)));
using FloatPair = float __attribute__((vector_size(8)));
using UnalignedFloatPair = float __attribute__((vector_size(8), aligned(4), may_alias));
using Doubles = double __attribute__((vector_size(32)));  // {first, first one later, second, second one later}

#define MESS_LOAD(address) (*reinterpret_cast<const UnalignedFloats*>(address))

void extremes(const float* values, std::size_t n, float* lowest, float* highest) {
  float low = values[0];
  float high = values[0];
  std::size_t i = 0;
  if (n >= kLanes) {
    Floats lows = MESS_LOAD(values);
    Floats highs = lows;
    for (i = kLanes; i + kLanes <= n; i += kLanes) {
      const Floats next = MESS_LOAD(values + i);
      lows = next < lows ? next : lows;
      highs = next > highs ? next : highs;
    }
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      low = lows[lane] < low ? lows[lane] : low;
      high = highs[lane] > high ? highs[lane] : high;
    }
  }
  for (; i < n; ++i) {
    low = values[i] < low ? values[i] : low;
    high = values[i] > high ? values[i] : high;
  }
  *lowest = low;
  *highest = high;
}

inline std::int32_t sum_of(const Integers& values) {
  FourIntegers parts[kLanes / 4];
  __builtin_memcpy(parts, &values, sizeof(values));
  for (std::size_t i = 1; i < kLanes / 4; ++i)
    parts[0] += parts[i];
  return parts[0][0] + parts[0][1] + parts[0][2] + parts[0][3];
}

// Bisects over bit patterns, which are in the order of the values they stand for: counting needs no branches, unlike sorting.
float rank_bound(const float* values, std::size_t n, std::size_t rank, int bisections) {
  float lowest = 0.0f;
  float highest = 0.0f;
  extremes(values, n, &lowest, &highest);
  const auto limit = static_cast<std::int32_t>(rank);
  auto low = __builtin_bit_cast(std::int32_t, lowest);
  auto high = __builtin_bit_cast(std::int32_t, highest);
  const std::size_t num_vectors = n / kLanes;
  Floats rest;  // nothing is below what fills it up
  for (std::size_t lane = 0; lane < kLanes; ++lane)
    rest[lane] = num_vectors * kLanes + lane < n ? values[num_vectors * kLanes + lane] : highest;
  for (int i = 0; i < bisections; ++i) {
    const std::int32_t middle = low + (high - low) / 2;
    const float bound = __builtin_bit_cast(float, middle);
    Integers counts = -(rest < bound);
    for (std::size_t k = 0; k < num_vectors; ++k)
      counts -= MESS_LOAD(values + k * kLanes) < bound;
    const std::int32_t below = sum_of(counts);
    low = below <= limit ? middle : low;
    high = below <= limit ? high : middle;
  }
  return __builtin_bit_cast(float, low);
}

// log(v) = e log 2 + 2 artanh((m - 1) / (m + 1)) with v = m 2^e and m within a half octave of 1; the series ends where its
// next term is below 1e-9.
inline void log1p_vector(const float* values, float scale, float* out) {
  constexpr float kLog2 = 0.69314718056f;
  const Floats sum = MESS_LOAD(values) * scale + 1.0f;
  const Integers bits = __builtin_bit_cast(Integers, sum);
  const Integers exponent = (bits - 0x3f3504f3) >> 23;  // 0x3f3504f3 is the root of a half
  const Integers mantissa_bits = bits - (exponent << 23);
  const Floats mantissa = __builtin_bit_cast(Floats, mantissa_bits);
  const Floats s = (mantissa - 1.0f) / (mantissa + 1.0f);
  const Floats square = s * s;
  const Floats series = 1.0f + square * (1.0f / 3 + square * (1.0f / 5 + square * (1.0f / 7 + square * (1.0f / 9))));
  const Floats result = __builtin_convertvector(exponent, Floats) * kLog2 + 2.0f * s * series;
  *reinterpret_cast<UnalignedFloats*>(out) = result;
}

void log1p_scaled(const float* values, std::size_t n, float scale, float* out) {
  std::size_t i = 0;
  for (; i + kLanes <= n; i += kLanes)
    log1p_vector(values + i, scale, out + i);
  if (i == n)
    return;
  float rest[kLanes] = {};
  for (std::size_t lane = 0; i + lane < n; ++lane)
    rest[lane] = values[i + lane];
  log1p_vector(rest, scale, rest);
  for (std::size_t lane = 0; i + lane < n; ++lane)
    out[i + lane] = rest[lane];
}

#if defined(__AVX512F__)
#define MESS_REVERSED_PAIRS(v) __builtin_shufflevector(v, v, 14, 15, 12, 13, 10, 11, 8, 9, 6, 7, 4, 5, 2, 3, 0, 1)
#define MESS_REAL_TWICE(v) __builtin_shufflevector(v, v, 0, 0, 2, 2, 4, 4, 6, 6, 8, 8, 10, 10, 12, 12, 14, 14)
#define MESS_IMAGINARY_TWICE(v) __builtin_shufflevector(v, v, 1, 1, 3, 3, 5, 5, 7, 7, 9, 9, 11, 11, 13, 13, 15, 15)
#define MESS_PARTS_SWAPPED(v) __builtin_shufflevector(v, v, 1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14)
#elif defined(__AVX2__)
#define MESS_REVERSED_PAIRS(v) __builtin_shufflevector(v, v, 6, 7, 4, 5, 2, 3, 0, 1)
#define MESS_REAL_TWICE(v) __builtin_shufflevector(v, v, 0, 0, 2, 2, 4, 4, 6, 6)
#define MESS_IMAGINARY_TWICE(v) __builtin_shufflevector(v, v, 1, 1, 3, 3, 5, 5, 7, 7)
#define MESS_PARTS_SWAPPED(v) __builtin_shufflevector(v, v, 1, 0, 3, 2, 5, 4, 7, 6)
#else
#define MESS_REVERSED_PAIRS(v) __builtin_shufflevector(v, v, 2, 3, 0, 1)
#define MESS_REAL_TWICE(v) __builtin_shufflevector(v, v, 0, 0, 2, 2)
#define MESS_IMAGINARY_TWICE(v) __builtin_shufflevector(v, v, 1, 1, 3, 3)
#define MESS_PARTS_SWAPPED(v) __builtin_shufflevector(v, v, 1, 0, 3, 2)
#endif

// One value and the one as far from the other end: half the sum with its conjugate, e, and the turned half difference, t, give
// e + t here and the conjugate of e - t there.
inline void split_pair(float* low, float* high, const float* turn) {
  const float even[2] = {0.5f * (low[0] + high[0]), 0.5f * (low[1] - high[1])};
  const float odd[2] = {0.5f * (low[0] - high[0]), 0.5f * (low[1] + high[1])};
  const float turned[2] = {odd[0] * turn[0] - odd[1] * turn[1], odd[0] * turn[1] + odd[1] * turn[0]};
  high[0] = even[0] - turned[0];
  high[1] = turned[1] - even[1];
  low[0] = even[0] + turned[0];
  low[1] = even[1] + turned[1];
}

void split_pairs(float* spectrum, const float* turns, std::size_t num_pairs) {
  constexpr std::size_t kPairs = kLanes / 2;
  Floats conjugate;  // of (real, imaginary), and of (imaginary, real) before a product
  for (std::size_t lane = 0; lane < kLanes; ++lane)
    conjugate[lane] = lane % 2 == 0 ? 1.0f : -1.0f;
  const float first[2] = {spectrum[0], spectrum[1]};
  std::size_t k = 1;
  for (; 2 * (k + kPairs) <= num_pairs + 1; k += kPairs) {
    float* const low_at = spectrum + 2 * k;
    float* const high_at = spectrum + 2 * (num_pairs - k - kPairs + 1);
    const Floats low = MESS_LOAD(low_at);
    const Floats stored = MESS_LOAD(high_at);
    const Floats high = MESS_REVERSED_PAIRS(stored) * conjugate;
    const Floats turn = MESS_LOAD(turns + 2 * k);
    const Floats even = 0.5f * (low + high);
    const Floats odd = 0.5f * (low - high);
    const Floats turned =
        odd * MESS_REAL_TWICE(turn) - MESS_PARTS_SWAPPED(odd) * (MESS_IMAGINARY_TWICE(turn) * conjugate);
    const Floats other = (even - turned) * conjugate;
    *reinterpret_cast<UnalignedFloats*>(low_at) = even + turned;
    *reinterpret_cast<UnalignedFloats*>(high_at) = MESS_REVERSED_PAIRS(other);
  }
  for (; 2 * k < num_pairs; ++k)
    split_pair(spectrum + 2 * k, spectrum + 2 * (num_pairs - k), turns + 2 * k);
  if (2 * k == num_pairs)
    spectrum[2 * k + 1] = -spectrum[2 * k + 1];
  // The sums of the even and of the odd samples give the ends.
  spectrum[0] = first[0] + first[1];
  spectrum[1] = 0.0f;
  spectrum[2 * num_pairs] = first[0] - first[1];
  spectrum[2 * num_pairs + 1] = 0.0f;
}

inline Floats magnitude(Floats value) { return value < 0.0f ? -value : value; }

// Sums and differences of samples the same way from the middle serve forwards and backwards: with the even and the odd part
// of the weights, f = e + o forwards and e - o backwards, so max(|f|, |b|) = |e| + |o|.
float interpolated_peak(const float* samples, std::size_t num_positions, const float* phases) {
  constexpr std::size_t kHalf = kInterpolatorTaps / 2;
  float even[2][kHalf];
  float odd[2][kHalf];
  for (std::size_t phase = 0; phase < 2; ++phase) {
    for (std::size_t tap = 0; tap < kHalf; ++tap) {
      const float left = phases[phase * kInterpolatorTaps + tap];
      const float right = phases[phase * kInterpolatorTaps + kInterpolatorTaps - 1 - tap];
      even[phase][tap] = 0.5f * (left + right);
      odd[phase][tap] = 0.5f * (left - right);
    }
  }
  const auto peak_at = [&](const float* at) {
    Floats evens[2] = {};
    Floats odds[2] = {};
    for (std::size_t tap = 0; tap < kHalf; ++tap) {
      const Floats left = MESS_LOAD(at + tap);
      const Floats right = MESS_LOAD(at + kInterpolatorTaps - 1 - tap);
      const Floats sum = left + right;
      const Floats difference = left - right;
      for (std::size_t phase = 0; phase < 2; ++phase) {
        evens[phase] += even[phase][tap] * sum;
        odds[phase] += odd[phase][tap] * difference;
      }
    }
    const Floats a = magnitude(evens[0]) + magnitude(odds[0]);
    const Floats b = magnitude(evens[1]) + magnitude(odds[1]);
    return a > b ? a : b;
  };
  Floats peaks{};
  std::size_t i = 0;
  for (; i + kLanes <= num_positions; i += kLanes) {
    const Floats next = peak_at(samples + i);
    peaks = next > peaks ? next : peaks;
  }
  if (i < num_positions) {
    float rest[kLanes + kInterpolatorTaps] = {};
    for (std::size_t k = 0; k < num_positions - i + kInterpolatorTaps - 1; ++k)
      rest[k] = samples[i + k];
    Floats next = peak_at(rest);
    for (std::size_t lane = num_positions - i; lane < kLanes; ++lane)
      next[lane] = 0.0f;
    peaks = next > peaks ? next : peaks;
  }
  float peak = 0.0f;
  for (std::size_t lane = 0; lane < kLanes; ++lane)
    peak = peaks[lane] > peak ? peaks[lane] : peak;
  return peak;
}

// Pairs of neighbours at three distances: this one, one sample earlier, and so on.
struct Window {
  Doubles now, one_before, two_before, three_before, four_before;

  void advance(Doubles next) {
    four_before = two_before;
    three_before = one_before;
    two_before = now;
    now = next;
    one_before = __builtin_shufflevector(two_before, next, 1, 4, 3, 6);
  }
};

inline Window window_of(const double (&past)[2][4]) {
  Window window{};
  window.now = Doubles{past[0][2], past[0][3], past[1][2], past[1][3]};
  window.one_before = Doubles{past[0][1], past[0][2], past[1][1], past[1][2]};
  window.two_before = Doubles{past[0][0], past[0][1], past[1][0], past[1][1]};
  return window;
}

inline void keep(const Window& window, double (&past)[2][4]) {
  for (int channel = 0; channel < 2; ++channel) {
    for (int i = 0; i < 2; ++i) {
      past[channel][i] = window.two_before[2 * channel + i];
      past[channel][2 + i] = window.now[2 * channel + i];
    }
  }
}

inline Doubles next_output(const PairFilter::Section& section, const Window& in, const Window& out) {
  // `out` still stands one pair earlier than `in`.
  const Doubles forward = section.forward[0] * in.now + section.forward[1] * in.one_before +
                          section.forward[2] * in.two_before + section.forward[3] * in.three_before +
                          section.forward[4] * in.four_before;
  return (forward + section.back[1] * out.two_before) + section.back[0] * out.now;
}

// One sample of one channel, for what is left of an odd number.
inline double next_sample(const PairFilter::Section& section, const double (&in)[4], double newest,
                          const double (&out)[4]) {
  double sum = section.forward[0] * newest;
  for (int i = 0; i < 4; ++i)
    sum += section.forward[1 + i] * in[3 - i];
  return (sum + section.back[1] * out[0]) + section.back[0] * out[2];
}

inline void append(double (&past)[4], double newest) {
  for (int i = 0; i < 3; ++i)
    past[i] = past[i + 1];
  past[3] = newest;
}

void filtered_energies(PairFilter& filter, const float* first, const float* second, std::size_t n, double* energies) {
  Window places[3] = {window_of(filter.past[0]), window_of(filter.past[1]), window_of(filter.past[2])};
  Doubles sum{};
  std::size_t i = 0;
  for (; i + 2 <= n; i += 2) {
    const FloatPair a = *reinterpret_cast<const UnalignedFloatPair*>(first + i);
    const FloatPair b = *reinterpret_cast<const UnalignedFloatPair*>(second + i);
    places[0].advance(__builtin_convertvector(__builtin_shufflevector(a, b, 0, 1, 2, 3), Doubles));
    places[1].advance(next_output(filter.sections[0], places[0], places[1]));
    places[2].advance(next_output(filter.sections[1], places[1], places[2]));
    sum += places[2].now * places[2].now;
  }
  for (int place = 0; place < 3; ++place)
    keep(places[place], filter.past[place]);
  energies[0] += sum[0] + sum[1];
  energies[1] += sum[2] + sum[3];
  if (i == n)
    return;
  for (int channel = 0; channel < 2; ++channel) {
    double value = channel == 0 ? first[i] : second[i];
    for (int place = 0; place < 3; ++place) {
      double (&in)[4] = filter.past[place][channel];
      const double next =
          place < 2 ? next_sample(filter.sections[place], in, value, filter.past[place + 1][channel]) : value * value;
      append(in, value);
      value = next;
    }
    energies[channel] += value;
  }
}

#undef MESS_LOAD
#undef MESS_REVERSED_PAIRS
#undef MESS_REAL_TWICE
#undef MESS_IMAGINARY_TWICE
#undef MESS_PARTS_SWAPPED

}  // namespace
}  // namespace mess::internal
