"""A command that is run may do anything but keep us: real commands, bounded in time and words."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from daypass.adapters.kubernetes.running import MOST_COMPLAINED, MOST_SAID, run
from daypass.domain.errors import TemporaryOutsideError

LONG = 30.0
"""Seconds: far more than these take."""


def shell(text: str, seconds: float = LONG) -> object:
    """Run a line of shell, for what it does."""
    return run(["/bin/sh", "-c", text], {"PATH": "/usr/bin:/bin"}, seconds)


def test_returns_what_it_says_on_both() -> None:
    """Apart, with its exit code."""
    ran = run(["/bin/sh", "-c", "echo out; echo err >&2; exit 3"], {}, LONG)
    assert (ran.code, ran.said, ran.complained) == (3, b"out\n", b"err\n")


def test_has_nothing_of_our_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The MAC key and Redis's password are in ours."""
    monkeypatch.setenv("DAYPASS_MAC_KEY", "secret")
    assert run(["/usr/bin/env"], {"ONE": "1"}, LONG).said == b"ONE=1\n"


def test_takes_words_as_they_are() -> None:
    """No shell reads them."""
    assert run(["/bin/echo", "$(id)", ";id", "*"], {}, LONG).said == b"$(id) ;id *\n"


def test_has_nothing_to_read_and_no_terminal() -> None:
    """Who asks for a password hears that there is nobody, and does not wait."""
    assert run(["/bin/sh", "-c", "cat; tty"], {"PATH": "/usr/bin:/bin"}, LONG).said.endswith(
        b"not a tty\n"
    )


def test_kills_it_with_what_it_started_when_it_takes_too_long(tmp_path: Path) -> None:
    """Whatever it left behind would go on for ever: what they held open is closed after that."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    end = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    line = f"exec 3>{pipe}; echo begun >&3; sleep 1000 & sleep 1000"
    with pytest.raises(TemporaryOutsideError, match="it did not end within 2 s"):
        shell(line, 2)
    os.set_blocking(end, True)
    with os.fdopen(end) as left:
        assert left.read() == "begun\n"  # Until the last writer has closed it.


def test_kills_it_when_it_prints_without_end() -> None:
    """Nobody fills our memory."""
    with pytest.raises(TemporaryOutsideError, match=f"printed more than {MOST_SAID >> 10} KiB"):
        shell("while :; do echo more; done")


def test_keeps_how_its_complaints_begin() -> None:
    """The rest is read and forgotten, so that it does not wait for us."""
    ran = run(
        ["/bin/sh", "-c", "i=0; while [ $i -lt 20000 ]; do echo no; i=$((i+1)); done >&2"], {}, LONG
    )
    assert ran.complained == (b"no\n" * MOST_COMPLAINED)[:MOST_COMPLAINED]


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["/none"], r"cannot be started \(No such file or directory\)"),
        (["/etc/passwd"], r"cannot be started \(Permission denied\)"),
        (["/bin/echo", "a\0b"], r"cannot be started \(embedded null byte\)"),
    ],
)
def test_says_why_it_cannot_be_started(argv: list[str], said: str) -> None:
    """In the system's words."""
    with pytest.raises(TemporaryOutsideError, match=said):
        run(argv, {}, LONG)


ALONE = """
import os
from daypass.adapters.kubernetes.running import run
from daypass.domain.errors import TemporaryOutsideError
before = len(os.listdir("/dev/fd"))
for line in ("exit 1", "while :; do echo more; done", "sleep 1000"):
    try:
        run(["/bin/sh", "-c", line], {"PATH": "/usr/bin:/bin"}, 2)
    except TemporaryOutsideError as error:
        print(error)
print("left open:", len(os.listdir("/dev/fd")) - before)
try:
    print("left running:", os.waitpid(-1, os.WNOHANG))
except ChildProcessError:
    print("left running: none")
"""


def test_leaves_nothing_behind() -> None:
    """Neither pipes nor children, however it ended; in a process that has none of its own."""
    found = subprocess.run(
        [sys.executable, "-c", ALONE], capture_output=True, text=True, check=True
    )
    assert found.stdout.splitlines() == [
        "it printed more than 128 KiB",
        "it did not end within 2 s",
        "left open: 0",
        "left running: none",
    ]
