# SPDX-License-Identifier: MIT
"""Which audio derived files hold under the ids of tracks: a restored catalogue may use an id for another track."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from pathlib import Path

import mess
from mess.library.atomic_file import write_file

SUFFIX = ".json"


def read_ledger(path: Path) -> dict[int, str]:
    """Return the content hash of each track id; empty where there is no ledger that can be read."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        return {int(track_id): str(content_hash) for track_id, content_hash in document.items()}
    except (OSError, ValueError, AttributeError):
        return {}


def write_ledger(path: Path, hashes: Mapping[int, str]) -> None:
    """Write the content hashes; where that fails, what they tell of is made again another time."""
    content = json.dumps({str(track_id): content_hash for track_id, content_hash in sorted(hashes.items())}).encode()
    with contextlib.suppress(mess.Error, OSError):
        write_file(path, lambda file: file.write(content), suffixes=(SUFFIX,))
