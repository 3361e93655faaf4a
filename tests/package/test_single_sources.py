# SPDX-License-Identifier: MIT
"""Facts that two files need are written in one of them, or compared here."""

from __future__ import annotations

import re
from importlib import metadata

import mess


def project_version(root):
    return re.search(r"project\(mess VERSION ([0-9.]+)", (root / "CMakeLists.txt").read_text()).group(1)


def section(root, start):
    text = (root / "pyproject.toml").read_text()
    return re.search(re.escape(start) + r"\s*=\s*\[(.*?)\]", text, re.DOTALL).group(1)


def test_every_layer_reports_the_version_of_the_cmake_project(root):
    version = project_version(root)
    assert mess.version() == version
    assert mess.__version__ == version
    assert metadata.version("mess-ai") == version


def test_the_version_is_written_nowhere_else(root):
    version = project_version(root)
    files = [root / "pyproject.toml", *(root / "python/mess").rglob("*.py"), *(root / "include").rglob("*.h")]
    assigned = re.compile(rf"version\w*\s*[=:]+\s*[\"']{re.escape(version)}[\"']", re.IGNORECASE)
    assert [path for path in files if assigned.search(path.read_text())] == []


def test_the_changelog_knows_the_version(root):
    assert f"## [{project_version(root)}]" in (root / "CHANGELOG.md").read_text()


def test_builds_with_and_without_isolation_use_the_same_tools(root):
    required = set(re.findall(r'"([^"]+)"', section(root, "requires")))
    group = set(re.findall(r'"([^"]+)"', section(root, "build")))
    assert required
    assert required <= group


def test_the_torch_that_tests_install_is_one_that_the_extra_allows(root):
    installed = re.search(r"^TORCH_VERSION=(\S+)$", (root / "scripts/install").read_text(), re.MULTILINE).group(1)
    extra = re.search(r'"torch==([0-9.]+)\*"', section(root, "neural")).group(1)
    assert installed.startswith(extra)
