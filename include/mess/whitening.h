// SPDX-License-Identifier: MIT
// PCA whitening, fitted on the user's own library: afterwards all directions that its tracks differ in count alike.
//
//   mess::WhiteningFit fit(encoder_id);
//   fit.add(vectors, num_vectors);  // as often as needed
//   mess::Whitening whitening = fit.finish({.num_components = 256});
//   std::vector<float> whitened = whitening.apply(vectors, num_vectors, encoder_id);
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "mess/encode.h"
#include "mess/export.h"

namespace mess {

struct WhiteningOptions {
  std::size_t num_components = 0;  // those of the largest variance; 0: all that the vectors have
  /// 0 to 1: how far the variances move towards their mean, which keeps small ones, whose estimate is poor, from being
  /// blown up. Absent: oracle approximating shrinkage (Chen, Wiesel, Eldar and Hero, "Shrinkage algorithms for MMSE
  /// covariance estimation", IEEE Trans. Signal Processing 58, 2010).
  std::optional<double> shrinkage{};
  bool l2_normalize = true;  // unit length after whitening; an all-zero vector stays zero
};

/// y = diag(v')^(-1/2) E^T (x - mean), where E holds the eigenvectors of the covariance S (population) with the largest
/// eigenvalues v, v' = (1 - shrinkage) v + shrinkage trace(S) / D, and of each eigenvector the entry of the largest size
/// is positive. Immutable.
class MESS_API Whitening {
 public:
  ~Whitening();
  Whitening(const Whitening&);
  Whitening& operator=(const Whitening&);
  Whitening(Whitening&&) noexcept;
  Whitening& operator=(Whitening&&) noexcept;

  std::size_t dim() const;             // D, of what comes in
  std::size_t num_components() const;  // K, of what comes out
  std::size_t num_vectors() const;     // that it was fitted on
  double shrinkage() const;
  /// What share of the variance the components hold, 0 to 1.
  double explained_variance() const;
  /// Of the vectors it was fitted on.
  const EncoderId& input_id() const;
  /// Of what apply() gives: "acoustic/2+track_white256_1f0c33aa", whose last part stands for mean, components and
  /// normalisation. Vectors of different fits refuse to compare.
  const EncoderId& encoder_id() const;
  std::span<const float> mean() const;        // D
  std::span<const float> components() const;  // K x D, row-major: diag(v')^(-1/2) E^T

  /// @param vectors  num_vectors x D. @returns num_vectors x K
  /// @throws InvalidArgument  another size, values that are not finite, or vectors of another encoder id
  std::vector<float> apply(std::span<const float> vectors, std::size_t num_vectors, const EncoderId& encoder_id) const;

  /// A container of kind "WHIT"; docs/pool.md lists it byte by byte. Atomic. @throws Error
  void save(const std::filesystem::path& path) const;
  /// @throws FormatError
  static Whitening load(const std::filesystem::path& path);

 private:
  friend class WhiteningFit;
  struct Impl;
  explicit Whitening(std::shared_ptr<const Impl> impl);
  std::shared_ptr<const Impl> impl_;
};

/// Mean and covariance of vectors as they come: D x D double values, however many they are.
class MESS_API WhiteningFit {
 public:
  explicit WhiteningFit(EncoderId input_id);
  ~WhiteningFit();
  WhiteningFit(WhiteningFit&&) noexcept;
  WhiteningFit& operator=(WhiteningFit&&) noexcept;

  /// @param vectors  num_vectors x D, D of 1 to 8,192 and always the same
  /// @throws InvalidArgument  another size, or values that are not finite (naming the vector); then none is added
  void add(std::span<const float> vectors, std::size_t num_vectors);
  std::size_t num_vectors() const;
  /// @throws InvalidArgument  fewer than 2 vectors, all vectors alike, a shrinkage outside 0 to 1, or more components
  ///         than there are: D, and without shrinkage the rank of the covariance
  Whitening finish(const WhiteningOptions& options = {}) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace mess
