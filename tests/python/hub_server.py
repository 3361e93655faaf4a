# SPDX-License-Identifier: MIT
"""A small HTTP server that plays the Hugging Face hub, on 127.0.0.1."""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote

COMMIT = "a" * 40
OTHER_COMMIT = "b" * 40


@dataclass
class Hub:
    """What the server has, and what it was asked."""

    endpoint: str
    files: dict[str, bytes]  # "OWNER/NAME/FILE" -> content
    revisions: dict[str, str] = field(default_factory=lambda: {"main": COMMIT, COMMIT: COMMIT})
    gated: set[str] = field(default_factory=set)  # repositories
    cut_after: dict[str, int] = field(default_factory=dict)  # file -> bytes, once
    wrong_content: set[str] = field(default_factory=set)  # files whose bytes differ from their checksum
    requests: list[tuple[str, str, str | None]] = field(default_factory=list)  # method, file, Range

    def gets(self, file: str) -> list[str | None]:
        """The Range headers of the downloads of one file."""
        return [asked for method, name, asked in self.requests if method == "GET" and name == file]


class _Handler(BaseHTTPRequestHandler):
    hub: Hub
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass

    def do_HEAD(self) -> None:
        self.answer(has_body=False)

    def do_GET(self) -> None:
        self.answer(has_body=True)

    def fail(self, status: int, code: str) -> None:
        self.send_response(status)
        self.send_header("X-Error-Code", code)
        self.send_header("X-Error-Message", code)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def answer(self, *, has_body: bool) -> None:
        hub = self.hub
        match = re.fullmatch(r"/([\w.-]+/[\w.-]+)/resolve/([^/]+)/(.+)", unquote(self.path.split("?")[0]))
        if match is None:
            return self.fail(404, "RepoNotFound")
        repository, revision, name = match.groups()
        key = f"{repository}/{name}"
        hub.requests.append((self.command, key, self.headers.get("Range")))
        if repository in hub.gated:
            return self.fail(401, "GatedRepo")
        if not any(file.startswith(f"{repository}/") for file in hub.files):
            return self.fail(404, "RepoNotFound")
        if revision not in hub.revisions:
            return self.fail(404, "RevisionNotFound")
        if key not in hub.files:
            return self.fail(404, "EntryNotFound")
        self.send_file(key, hub.revisions[revision], has_body=has_body)
        return None

    def send_file(self, key: str, commit: str, *, has_body: bool) -> None:
        content = self.hub.files[key]
        checksum = hashlib.sha256(content).hexdigest()
        if key in self.hub.wrong_content:
            content = bytes(len(content))
        start = 0
        if asked := self.headers.get("Range"):
            start = int(re.fullmatch(r"bytes=(\d+)-.*", asked).group(1))
        self.send_response(206 if asked else 200)
        self.send_header("X-Repo-Commit", commit)
        self.send_header("ETag", f'"{checksum}"')
        self.send_header("Content-Length", str(len(content) - start))
        if asked:
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        self.end_headers()
        if not has_body:
            return
        cut = self.hub.cut_after.pop(key, None)
        self.wfile.write(content[start : len(content) if cut is None else start + cut])
        if cut is not None:
            self.close_connection = True


@contextmanager
def serve_hub(files: dict[str, bytes]) -> Iterator[Hub]:
    """Run the server while the block runs."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    hub = Hub(f"http://127.0.0.1:{server.server_port}", files)
    server.RequestHandlerClass = type("Handler", (_Handler,), {"hub": hub})
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
