# SPDX-License-Identifier: MIT
"""The version of each analysis; mood and words in columns of their own, for filters look at all tracks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns and fill them from the documents that are there."""
    op.add_column("tracks", sa.Column("analysis_version", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("tracks", sa.Column("mood", sa.Text()))
    op.add_column("tracks", sa.Column("words", sa.JSON(), nullable=False, server_default="[]"))
    tracks = sa.table(
        "tracks",
        sa.column("id", sa.Integer),
        sa.column("analysis", sa.JSON),
        sa.column("mood", sa.Text),
        sa.column("words", sa.JSON),
    )
    connection = op.get_bind()
    for track_id in connection.execute(sa.select(tracks.c.id)).scalars().all():
        analysis = connection.execute(sa.select(tracks.c.analysis).where(tracks.c.id == track_id)).scalar_one()
        connection.execute(
            sa.update(tracks)
            .where(tracks.c.id == track_id)
            .values(mood=analysis.get("mood"), words=analysis.get("words", []))
        )
