// SPDX-License-Identifier: MIT
#include "src/support/kernels/signal_loops.h"

namespace mess::internal {

const SignalKernels kSignalAvx512{extremes,    rank_bound,        log1p_scaled,
                                  split_pairs, interpolated_peak, filtered_energies};

}  // namespace mess::internal
