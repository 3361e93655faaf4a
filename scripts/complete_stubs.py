# SPDX-License-Identifier: MIT
"""Prints the generated stubs of mess._core with what the generator cannot know."""

from __future__ import annotations

import inspect
import re
import sys
from pathlib import Path

from mess import _core


def declare(exception: type[BaseException]) -> str:
    """Write the class statement of one exception."""
    prefixes = ["" if base.__module__ == "mess" else "builtins." for base in exception.__bases__]
    bases = ", ".join(prefix + base.__name__ for prefix, base in zip(prefixes, exception.__bases__, strict=True))
    return f'class {exception.__name__}({bases}):\n    """\n    {inspect.getdoc(exception)}\n    """\n'


def complete(stubs: str) -> str:
    """Add the exceptions, and let anything be compared with anything."""
    # Exceptions say they live in `mess`, which imports them from here: the generator sees imports in a circle.
    stubs = re.sub(r"^from mess import \w+\n", "", stubs, flags=re.MULTILINE)
    classes = [value for value in vars(_core).values() if inspect.isclass(value)]
    exceptions = [value for value in classes if issubclass(value, BaseException)]
    # Bases before children.
    exceptions.sort(key=lambda exception: (len(exception.__mro__), exception.__name__))
    declared = "".join(map(declare, exceptions))
    stubs = stubs.replace("import collections.abc\n", "import builtins\nimport collections.abc\n", 1)
    stubs = re.sub(r"^(__all__: .*\n)", lambda names: names.group(1) + declared, stubs, count=1, flags=re.MULTILINE)
    # pybind11 answers NotImplemented to a stranger.
    return re.sub(r"def (__eq__|__ne__)\(self, arg0: \w+\)", r"def \1(self, arg0: object)", stubs)


if __name__ == "__main__":
    print(complete(Path(sys.argv[1]).read_text()), end="")
