# SPDX-License-Identifier: MIT
"""Official checkpoints: which there are, where they lie, how they get there.

>>> import mess.models
>>> [model.name for model in mess.models.list_models() if model.kind == "text"]
['all-minilm-l6-v2', 'all-mpnet-base-v2']
"""

from __future__ import annotations

from mess.models.cache import default_cache_dir, path
from mess.models.conversion import convert
from mess.models.download import PullProgress, pull
from mess.models.names import NonCommercialWarning, resolve
from mess.models.registry import Model, find_model, list_models

__all__ = [
    "Model",
    "NonCommercialWarning",
    "PullProgress",
    "convert",
    "default_cache_dir",
    "find_model",
    "list_models",
    "path",
    "pull",
    "resolve",
]
