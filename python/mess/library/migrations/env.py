# SPDX-License-Identifier: MIT
"""Runs the migrations inside the transaction that the library opened."""

from __future__ import annotations

from alembic import context

from mess.library.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
