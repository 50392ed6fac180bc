"""`daypass …`: what administrators run by hand; faults go to standard error."""

import os
import sys
from collections.abc import Iterator, Sequence
from typing import Final

from daypass.cli.parser import parser
from daypass.cli.report import Report, plain
from daypass.domain.errors import (
    ConfigurationError,
    DamagedTrailError,
    OutsideError,
    RefusedError,
    SettingsError,
)

_NO: Final = 1
"""Exit status: faults were found, the answer is no, or something outside did not answer."""
_WRONG: Final = 2
"""Exit status: called wrongly, or a setting is wrong; or what was asked could not be looked at."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit status (argparse exits by itself, with 2)."""
    given = parser().parse_args(arguments)
    try:
        return _printed(given.run(given, os.environ))
    except BrokenPipeError:  # `daypass … | head` has read enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except SettingsError as error:
        return _said(error.faults, _WRONG)
    except (ConfigurationError, DamagedTrailError) as error:
        return _said(error.faults, _NO)
    except RefusedError as error:
        return _said([str(reason) for reason in error.reasons], _NO)
    except OutsideError as error:
        return _said([str(error)], _NO)
    return 0


def _printed(answer: str | Report | Iterator[str]) -> int:
    if not isinstance(answer, str | Report):
        sys.stdout.writelines(f"{line}\n" for line in answer)
        sys.stdout.flush()
        return 0
    report = answer if isinstance(answer, Report) else Report(text=answer)
    print(_harmless(report.text.rstrip("\n")), flush=True)
    if not report.good:
        return _NO
    return _WRONG if report.blind else 0


def _said(faults: Sequence[str], status: int) -> int:
    for fault in faults:
        print(_harmless(fault), file=sys.stderr)
    return status


def _harmless(text: str) -> str:
    """Keep a terminal from obeying any line, whoever wrote a part of it."""
    return "\n".join(map(plain, text.split("\n")))


if __name__ == "__main__":
    sys.exit(main())
