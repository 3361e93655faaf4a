// SPDX-License-Identifier: MIT
#include "src/neural/load_parameters.h"

#include <c10/core/InferenceMode.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>

namespace mess::internal {
namespace {

constexpr std::size_t kLayersPerRelease = 8;

// Others own their memory, where giving pages back would lose what they hold; only borrowed storage cannot be resized.
bool is_mapped(const at::Tensor& tensor) { return tensor.is_contiguous() && !tensor.storage().resizable(); }

// Pages of the mapped file that were copied to their place count as memory of this process until they are given back.
// They are only read: should one be needed again, it comes from the file.
void release_pages(const std::vector<at::Tensor>& mapped) {
  static const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  for (const at::Tensor& tensor : mapped) {
    const auto begin = reinterpret_cast<std::uintptr_t>(tensor.const_data_ptr());
    const std::uintptr_t first = (begin + page - 1) / page * page;
    const std::uintptr_t last = (begin + tensor.nbytes()) / page * page;
    if (first < last)
      ::madvise(static_cast<std::byte*>(tensor.mutable_data_ptr()) + (first - begin), last - first, MADV_DONTNEED);
  }
}

}  // namespace

void load_parameters(const Parameters& parameters, const ModelFolder& folder, const KeyRules& rules,
                     const Placement& placement) {
  const c10::InferenceMode inference(!placement.trainable);
  std::vector<WantedTensor> wanted;
  for (const Parameter& parameter : parameters.list())
    wanted.push_back({parameter.name, parameter.shape});
  std::map<std::string, at::Tensor> taken = take(Checkpoint::open(folder.path), wanted, rules);
  std::vector<at::Tensor> mapped;
  for (const Parameter& parameter : parameters.list()) {
    *parameter.tensor = taken.at(parameter.name);
    if (is_mapped(*parameter.tensor))
      mapped.push_back(*parameter.tensor);
  }
  taken.clear();
  std::size_t num_placed = 0;
  parameters.place(placement, [&] {
    if (++num_placed % kLayersPerRelease == 0)
      release_pages(mapped);
  });
}

}  // namespace mess::internal
