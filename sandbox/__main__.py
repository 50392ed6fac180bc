"""`python -m sandbox`: start everything on loopback, or act as somebody in what runs already."""

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from sandbox import acts
from sandbox.cluster.build import ensure_binaries
from sandbox.cluster.progress import Progress
from sandbox.errors import SandboxError
from sandbox.greeting import greeting
from sandbox.processes import Processes
from sandbox.signals import ending_signals_interrupt
from sandbox.slack.client import RefusedError
from sandbox.stack import Stack, Wish

RUN_DIRECTORY: Final = Path(".sandbox")
PORT: Final = 8765


def main(arguments: Sequence[str]) -> int:
    """Return the exit code: 0, 1 for what a person can mend, 130 after Ctrl-C during the start."""
    asked = _parser().parse_args(arguments)
    try:
        if asked.verb == "up":
            return up(RUN_DIRECTORY)
        return acts.act(asked, RUN_DIRECTORY)
    except BrokenPipeError:  # `… show | head` has read enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (SandboxError, RefusedError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def up(folder: Path) -> int:
    """Start everything, say how to use it, and stop it again at Ctrl-C."""
    progress = Progress(sys.stdout)
    with ending_signals_interrupt():
        binaries = ensure_binaries(os.environ, progress)
        with Processes(folder.absolute()) as processes:
            if processes.swept:
                progress.say(f"Swept what a killed run had left: {', '.join(processes.swept)}.")
            stack = Stack(processes, binaries, wish=Wish(first_port=PORT))
            stack.start(lambda part: progress.say(f"Starting {part} …"))
            acts.remember(folder, stack.page)
            print(greeting(stack), flush=True)
            _wait(stack)
    progress.say("Everything is stopped.")
    return 0


def _wait(stack: Stack) -> None:
    """Wait for Ctrl-C; whatever ends by itself meanwhile is reported once."""
    ended: set[str] = set()
    try:
        while True:
            signal.sigtimedwait(set(), 1.0)
            for process in stack.processes:
                if process.name not in ended and not process.is_running():
                    ended.add(process.name)
                    print(f"{process.name} ended:\n{process.last_lines()}", file=sys.stderr)
    except KeyboardInterrupt:
        print("\nStopping …", flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("up", help="start everything; Ctrl-C stops it")
    acts.add_verbs(verbs)
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
