// SPDX-License-Identifier: MIT
#include "mess/error.h"

namespace mess {

// Defined here so that each type has one identity: exceptions cross from libmess_neural into libmess and Python.
Error::~Error() = default;
InvalidArgument::~InvalidArgument() = default;
DecodeError::~DecodeError() = default;
ModelError::~ModelError() = default;
IndexError::~IndexError() = default;
FormatError::~FormatError() = default;

}  // namespace mess
