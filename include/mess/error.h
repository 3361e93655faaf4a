// SPDX-License-Identifier: MIT
// The exceptions of the library. Every message reads "[stage] subject: expected ..., found ...".
//
//   Error
//   |- InvalidArgument   the caller's value is wrong
//   |- DecodeError       the audio cannot be read
//   |- ModelError        an encoder is unknown or cannot be loaded
//   `- IndexError        an index refuses the operation
//      `- FormatError    a file on disk is damaged or of another kind
#pragma once

#include <stdexcept>

#include "mess/export.h"

namespace mess {

class MESS_API Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
  ~Error() override;
};

class MESS_API InvalidArgument : public Error {
 public:
  using Error::Error;
  ~InvalidArgument() override;
};

class MESS_API DecodeError : public Error {
 public:
  using Error::Error;
  ~DecodeError() override;
};

class MESS_API ModelError : public Error {
 public:
  using Error::Error;
  ~ModelError() override;
};

class MESS_API IndexError : public Error {
 public:
  using Error::Error;
  ~IndexError() override;
};

class MESS_API FormatError : public IndexError {
 public:
  using IndexError::IndexError;
  ~FormatError() override;
};

}  // namespace mess
