"""What `daypass rbac --diff` finds, said shortly: what is missing, changed and too many. Pure."""

from collections.abc import Iterator, Sequence
from typing import Final

from daypass.domain.upkeep.comparison import Compared, Standing
from daypass.domain.upkeep.finding import About, Finding

_NAMED: Final = 3
"""Objects that a line names; the line below it shows all."""
_ADMINISTRATOR: Final = (
    "look as an administrator of the cluster, with --cluster NAME and --kubeconfig PATH or "
    "--context NAME"
)


def judged_differences(
    about: About, found: Sequence[Compared], *, applying: str, showing: str
) -> Iterator[Finding]:
    """Say what differs, a line for each way in which it may; `applying` and `showing`: commands."""
    by = {one: [it for it in found if it.standing is one] for one in Standing}
    if by[Standing.MISSING]:
        yield about.trouble(f"missing: {_named(by[Standing.MISSING])}", applying)
    if by[Standing.CHANGED]:
        said = (
            f"changed by somebody, or older than the configuration: {_named(by[Standing.CHANGED])}"
        )
        yield about.trouble(said, f"{showing}  # shows how; then: {applying}")
    if by[Standing.NEEDLESS]:
        said = f"there and not needed: {_named(by[Standing.NEEDLESS])}"
        yield about.trouble(said, f"{showing}  # says why, and how each is deleted")
    if by[Standing.UNREAD]:
        said = f"could not be read: {_named(by[Standing.UNREAD])}"
        yield about.unseen(said, _ADMINISTRATOR)
    if len(by[Standing.SAME]) == len(found):
        yield about.ok(f"all {len(found):,} objects that are needed are as they should be")


def _named(found: Sequence[Compared]) -> str:
    names = ", ".join(str(one.thing) for one in found[:_NAMED])
    more = len(found) - _NAMED
    return f"{names} and {more:,} more" if more > 0 else names
