# SPDX-License-Identifier: MIT
"""What goes wrong with pictures."""

from __future__ import annotations

import mess


class PictureError(mess.Error):
    """A picture cannot be made or written."""
