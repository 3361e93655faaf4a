// SPDX-License-Identifier: MIT
// Index files in generations: publish a new one, open the current one, go back.
//
//   mess::IndexStore store("library/index");
//   store.publish(index);
//   mess::VectorIndex current = store.open_current();
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <vector>

#include "mess/export.h"
#include "mess/index.h"

namespace mess {

/// A folder with files generation-N.messidx and a file CURRENT that names one of them. Whatever happens while it is
/// written to, a reader opens exactly the old or exactly the new generation. An index that was opened stays whole for as
/// long as it lives, also when its file is removed. Processes and threads may share the folder: writers wait for each
/// other. Nothing is held open between calls.
class MESS_API IndexStore {
 public:
  /// @param num_kept  generations to keep, the current one among them; at least 1
  explicit IndexStore(std::filesystem::path folder, std::size_t num_kept = 3);

  const std::filesystem::path& folder() const { return folder_; }
  /// Writes the next generation, makes it current and removes the oldest ones; makes the folder if needed.
  /// @returns its number. @throws IndexError; then the current generation is the old one, or the new one when only the
  ///          last sync of the folder failed
  std::uint64_t publish(const VectorIndex& index);
  /// The number of the current generation; 0 when nothing was published. @throws FormatError  CURRENT is damaged
  std::uint64_t current() const;
  /// Those whose files are there, ascending.
  std::vector<std::uint64_t> generations() const;
  std::filesystem::path path_of(std::uint64_t generation) const;
  /// @throws FormatError  nothing published, or damaged
  VectorIndex open_current(const LoadOptions& options = {}) const;
  /// Makes the newest sound generation below the current one current (the newest of all when CURRENT is damaged).
  /// @returns its number. @throws IndexError  there is none; then nothing changes
  std::uint64_t rollback();

 private:
  void set_current(std::uint64_t generation) const;
  void remove_leftovers(std::uint64_t before, std::uint64_t current) const;

  std::filesystem::path folder_;
  std::size_t num_kept_;
};

}  // namespace mess
