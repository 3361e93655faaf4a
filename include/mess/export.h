// SPDX-License-Identifier: MIT
#pragma once

// Everything is hidden unless marked: the third-party code inside the shared library must not leak its symbols.
#define MESS_API __attribute__((visibility("default")))
