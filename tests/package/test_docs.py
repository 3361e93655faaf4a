# SPDX-License-Identifier: MIT
"""Every Python and C++ block and every command line of README.md and docs/ is tried.

Python blocks of one page run in order, in one namespace, in a folder that holds song.mp3, other.flac and music/.
What an example takes for granted stands before it in a comment that readers do not see: <!-- python ... -->.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"^(?:```|<!-- )(\w+)\n(.*?)^(?:```|-->)$", re.MULTILINE | re.DOTALL)


def blocks(page: Path, language: str) -> list[tuple[int, str]]:
    """Line number and text of every block of one language."""
    text = page.read_text()
    found = BLOCK.finditer(text)
    return [(text.count("\n", 0, m.start(2)), m.group(2)) for m in found if m.group(1) == language]


def parameters(pages: list[Path]) -> list[object]:
    return [pytest.param(page, id=str(page.relative_to(ROOT))) for page in pages]


def pages_with(language: str) -> list[object]:
    return parameters([page for page in PAGES if blocks(page, language)])


@pytest.fixture(scope="module")
def music(tmp_path_factory):
    folder = tmp_path_factory.mktemp("music")
    tone = ["ffmpeg", "-v", "error", "-f", "lavfi", "-i"]
    for name, source in {
        "song.mp3": "sine=frequency=220:duration=6",
        "other.flac": "sine=frequency=330:duration=6",
        "music/one.mp3": "sine=frequency=440:duration=4",
        "music/two.ogg": "anoisesrc=duration=4:amplitude=0.2:seed=1",
    }.items():
        (folder / name).parent.mkdir(exist_ok=True)
        title = Path(name).stem.capitalize()
        subprocess.run([*tone, source, "-metadata", f"title={title}", folder / name], check=True)
    return folder


@pytest.mark.parametrize("page", pages_with("python"))
def test_python_blocks_run(page, music, tmp_path):
    folder = tmp_path / "here"
    shutil.copytree(music, folder)
    lines: list[str] = []
    for line_number, text in blocks(page, "python"):
        # Padding keeps the page's line numbers in a traceback.
        lines += [""] * (line_number - len(lines)) + text.splitlines()
    script = folder / f"{page.stem}.py"
    script.write_text("\n".join(lines))
    result = subprocess.run([sys.executable, "-W", "error", script], cwd=folder, capture_output=True, text=True)
    assert result.returncode == 0, f"{page}:\n{result.stdout}{result.stderr}"


@pytest.mark.parametrize("page", pages_with("cpp"))
def test_cpp_blocks_compile(page, tmp_path):
    for line_number, text in blocks(page, "cpp"):
        includes = [line for line in text.splitlines() if line.startswith("#include")]
        rest = [line for line in text.splitlines() if not line.startswith("#include")]
        if "int main" not in text:
            # A fragment: the body of a function that sees every public header.
            includes += [f'#include "mess/{path.name}"' for path in sorted((ROOT / "include/mess").glob("*.h"))]
            rest = ["void fragment() {", *rest, "}"]
        source = tmp_path / f"line_{line_number}.cc"
        source.write_text("\n".join([*includes, *rest]))
        command = ["c++", "-std=c++20", "-fsyntax-only", f"-I{ROOT / 'include'}", source]
        result = subprocess.run(command, capture_output=True, text=True)
        assert result.returncode == 0, f"{page}:{line_number}\n{result.stderr}"


def commands(page: Path) -> list[str]:
    joined = [text.replace("\\\n", " ") for _, text in blocks(page, "sh")]
    return [line.strip() for text in joined for line in text.splitlines() if re.match(r"\s*mess \w", line)]


@pytest.mark.parametrize("page", parameters([page for page in PAGES if commands(page)]))
def test_command_lines_name_commands_and_options_that_exist(page):
    for command in commands(page):
        words = command.split()
        # Commands of commands have options of their own.
        names = words[1:3] if words[1] == "models" else words[1:2]
        # Wide, so that no option is cut in the table of --help.
        environment = {"PATH": "/usr/bin:/bin", "COLUMNS": "200", "TERM": "dumb", "NO_COLOR": "1"}
        help_command = [Path(sys.executable).with_name("mess"), *names, "--help"]
        result = subprocess.run(help_command, env=environment, capture_output=True, text=True)
        assert result.returncode == 0, f"{page}: {command}\n{result.stderr}"
        without_text = re.sub(r"\"[^\"]*\"|\s[#|>].*", "", command)
        for option in re.findall(r"(?<=\s)--?[a-z][\w-]*", without_text):
            assert re.search(rf"{option}\b", result.stdout), f"{page}: {command}: no option {option}"


def test_links_between_pages_lead_somewhere():
    broken = [
        f"{page.relative_to(ROOT)} -> {target}"
        for page in PAGES
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text())
        if "://" not in target and not (page.parent / target).exists()
    ]
    assert broken == []


def test_every_page_is_reached_from_the_index():
    linked = set(re.findall(r"\]\(([^)#\s]+\.md)", (ROOT / "docs/index.md").read_text()))
    pages = {str(page.relative_to(ROOT / "docs")) for page in (ROOT / "docs").rglob("*.md")}
    assert pages - {"index.md"} - linked == set()
