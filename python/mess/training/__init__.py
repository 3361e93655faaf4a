# SPDX-License-Identifier: MIT
"""Programs that make the numbers shipped with the library."""
