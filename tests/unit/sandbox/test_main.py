"""What is printed from a terminal goes where the terminal wants it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Final

import pytest

from sandbox.acts import remember

_ROOT: Final = Path(__file__).resolve().parents[3]


class _Page(BaseHTTPRequestHandler):
    """A page on which there is something to read."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        body = b'{"ok": true, "text": "Granted"}'
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def page() -> Iterator[str]:
    """Return where a sandbox answers."""
    with HTTPServer(("127.0.0.1", 0), _Page) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def _show(folder: Path, out: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "sandbox", "show", "#general"],
        stdout=out,
        stderr=subprocess.PIPE,
        check=False,
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(_ROOT)},
        text=True,
        timeout=60,
    )


def test_show_is_quiet_when_its_reader_has_gone(page: str, tmp_path: Path) -> None:
    """`… show | head` has read enough: neither a traceback nor a word of no sandbox."""
    folder = tmp_path / ".sandbox"
    folder.mkdir()
    remember(folder, page)
    done = _show(tmp_path, subprocess.PIPE)
    assert (done.returncode, done.stdout) == (0, "Granted\n"), done.stderr
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = _show(tmp_path, writer)
    finally:
        os.close(writer)
    assert (done.returncode, done.stderr) == (0, "")
