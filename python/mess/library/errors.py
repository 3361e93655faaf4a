# SPDX-License-Identifier: MIT
"""The exceptions of the library.

mess.Error
`- LibraryError           the library cannot be opened, read or written
   |- LibraryBusyError    another scan of the same library is in progress
   |- LibraryDamagedError the catalogue holds what no program of this project wrote
   `- TrackNotFoundError  a query names no track
"""

from __future__ import annotations

import mess


class LibraryError(mess.Error, RuntimeError):
    """The library cannot be opened, read or written."""


class LibraryBusyError(LibraryError):
    """Another scan of the same library is in progress."""


class LibraryDamagedError(LibraryError):
    """The catalogue is damaged: restore it from a backup, or scan into a new one."""


class TrackNotFoundError(LibraryError, LookupError):
    """A query names no track of the library."""
