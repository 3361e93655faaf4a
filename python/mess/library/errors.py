# SPDX-License-Identifier: MIT
"""The exceptions of the library.

mess.Error
`- LibraryError      the library cannot be opened, read or written
   |- LibraryBusy    another scan of the same library is in progress
   `- TrackNotFound  a query names no track
"""

from __future__ import annotations

import mess


class LibraryError(mess.Error, RuntimeError):
    """The library cannot be opened, read or written."""


class LibraryBusy(LibraryError):
    """Another scan of the same library is in progress."""


class TrackNotFound(LibraryError, LookupError):
    """A query names no track of the library."""
