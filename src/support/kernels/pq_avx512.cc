// SPDX-License-Identifier: MIT
#include "src/support/kernels/pq_loops.h"

namespace mess::internal {

const PqKernels kPqAvx512 = {products, nearest};

}  // namespace mess::internal
