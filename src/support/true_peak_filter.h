// SPDX-License-Identifier: MIT
#pragma once

#include <array>

namespace mess::internal {

/// The four times oversampling interpolator of ITU-R BS.1770-4, annex 2.
/// Phases 0 and 1 of the standard's table; phases 3 and 2 are the same backwards.
inline constexpr std::array<std::array<float, 12>, 2> kTruePeakPhases{{
    {0.0017089843750f, 0.0109863281250f, -0.0196533203125f, 0.0332031250000f, -0.0594482421875f, 0.1373291015625f,
     0.9721679687500f, -0.1022949218750f, 0.0476074218750f, -0.0266113281250f, 0.0148925781250f, -0.0083007812500f},
    {-0.0291748046875f, 0.0292968750000f, -0.0517578125000f, 0.0891113281250f, -0.1665039062500f, 0.4650878906250f,
     0.7797851562500f, -0.2003173828125f, 0.1015625000000f, -0.0582275390625f, 0.0330810546875f, -0.0189208984375f},
}};

}  // namespace mess::internal
