"""`python -m sandbox.cluster`: builds or finds the binaries that the sandbox's clusters run."""

import os
import sys

from sandbox.cluster.binaries import NAMES
from sandbox.cluster.build import ensure_binaries
from sandbox.cluster.progress import Progress
from sandbox.errors import SandboxError
from sandbox.signals import ending_signals_interrupt


def main() -> int:
    """The exit code: 0 if all four are there."""
    progress = Progress(sys.stdout)
    try:
        with ending_signals_interrupt():
            binaries = ensure_binaries(os.environ, progress)
    except SandboxError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        progress.say("Stopped; what is built stays.")
        return 130
    for name in NAMES:
        progress.say(f"{name}: {getattr(binaries, name.replace('-', '_'))}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
