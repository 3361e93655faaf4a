# SPDX-License-Identifier: MIT
"""The layering table of CONTRIBUTING.md, enforced on every #include."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
INCLUDE = re.compile(r'^\s*#\s*include\s*(?:<([^>]+)>|"([^"]+)")', re.MULTILINE)
# Headers of the C++ standard library and of C: no folder, no suffix.
STANDARD = re.compile(r"^[a-z_0-9]+$")
SYSTEM = re.compile(r"^(fcntl|dlfcn|unistd|immintrin|cpuid|sys/\w+)\.h$")


@dataclass
class Layer:
    folder: str
    headers: set[str] = field(default_factory=set)  # of include/mess, that this folder implements
    below: set[str] = field(default_factory=set)  # folders it may include, or single headers
    owns: tuple[str, ...] = ()  # prefixes of third-party headers that only this folder includes


def cells(line: str) -> list[list[str]]:
    return [re.findall(r"`([^`]+)`", cell) for cell in line.strip().strip("|").split("|")]


def read_layers() -> dict[str, Layer]:
    text = (ROOT / "CONTRIBUTING.md").read_text()
    table = re.search(r"<!-- layering -->\n(.*?)<!-- /layering -->", text, re.DOTALL)
    assert table, "CONTRIBUTING.md: expected the layering table between its marks"
    layers = {}
    for line in table.group(1).strip().splitlines()[2:]:
        (folder,), headers, below, owns = cells(line)
        layers[folder] = Layer(folder, set(headers), set(below), tuple(owns))
    return layers


LAYERS = read_layers()


def sources(folder: str) -> list[Path]:
    return sorted(path for path in (ROOT / folder).rglob("*") if path.suffix in {".h", ".cc"})


def includes(path: Path) -> list[str]:
    return [angled or quoted for angled, quoted in INCLUDE.findall(path.read_text())]


def folders_of(header: str) -> set[str]:
    """Which folders implement a public header."""
    return {name for name, layer in LAYERS.items() if header in layer.headers}


def is_allowed(included: str, layer: Layer) -> bool:
    reachable = layer.below | {layer.folder}
    if included in layer.below or STANDARD.match(included) or SYSTEM.match(included) or included.startswith(layer.owns):
        return True
    if included.startswith("mess/"):
        return bool(folders_of(included.removeprefix("mess/")) & reachable)
    if included.startswith(("src/", "python/bindings/")):
        return any(included.startswith(folder + "/") for folder in reachable)
    return False


def violations(layer: Layer, path: Path) -> list[str]:
    return [f"{path.relative_to(ROOT)} includes {name}" for name in includes(path) if not is_allowed(name, layer)]


@pytest.mark.parametrize("layer", LAYERS.values(), ids=LAYERS.keys())
def test_a_folder_includes_only_what_its_row_allows(layer):
    files = sources(layer.folder)
    assert files, f"{layer.folder}: expected sources, found none"
    assert [line for path in files for line in violations(layer, path)] == []


def test_every_folder_and_every_public_header_has_its_row():
    folders = {f"src/{path.name}" for path in (ROOT / "src").iterdir() if path.is_dir()}
    assert folders | {"python/bindings", "python/nn"} == LAYERS.keys()
    headers = {path.name for path in (ROOT / "include/mess").glob("*.h")}
    assert headers == set().union(*(layer.headers for layer in LAYERS.values()))


def test_no_two_folders_include_each_other():
    for layer in LAYERS.values():
        for below in layer.below & LAYERS.keys():
            assert layer.folder not in LAYERS[below].below, f"{layer.folder} and {below}"


def test_public_headers_hold_the_standard_library_only():
    for path in sources("include"):
        for name in includes(path):
            assert STANDARD.match(name) or name.startswith("mess/"), f"{path.name} includes {name}"


def test_the_examples_include_the_public_headers_only():
    found = {name for path in sources("examples") for name in includes(path) if not STANDARD.match(name)}
    assert found
    assert [name for name in found if not name.startswith("mess/")] == []


@pytest.mark.parametrize(
    ("folder", "included"),
    [
        ("src/index", "mess/audio.h"),
        ("src/index", "libavutil/tx.h"),
        ("src/playlist", "src/index/index_file.h"),
        ("src/pool", "faiss/IndexFlat.h"),
        ("src/encode", "torch/torch.h"),
        ("python/bindings", "src/support/fft.h"),
    ],
)
def test_the_check_refuses(folder, included):
    assert not is_allowed(included, LAYERS[folder])
