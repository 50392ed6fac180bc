"""What a request is about: all of it, or how much it is and where all of it stands."""

from collections.abc import Iterator, Sequence
from typing import Final

from daypass.adapters.slack import blocks as kit
from daypass.adapters.slack.blocks import Block
from daypass.adapters.slack.text import code, inert, packed, short
from daypass.adapters.slack.views.scene import Scene
from daypass.domain.duration import write_duration
from daypass.domain.ids import LeaseId, RequestId
from daypass.domain.legible import legible, scopes
from daypass.domain.request import Item, Request
from daypass.domain.scope import Scope

PARAGRAPH: Final = 2_900
"""Characters of a section; Slack takes 3,000."""
LINE: Final = 300
"""Characters of a text that names levels and places in passing."""
_IN_DIALOG: Final = 70
"""Characters of places in a dialog: a namespace, whatever its name; Slack takes 300 for all."""
_WHOLE: Final = 10_000
"""More than any name has: a name that is being approved is not cut."""
ON_CARD: Final = "the card names all"


def in_status(name: RequestId | LeaseId, scene: Scene) -> str:
    """Say which command names all."""
    return f"{scene.typed('status', name)} names all"


def whole(items: Sequence[Item]) -> str:
    """Name every level and place in one line."""
    if len(scopes(items)) == 1:
        names = ", ".join(inert(item.level, _WHOLE) for item in items)
        return f"{names} {_in(items[0].scope)}"
    return ", ".join(f"{inert(item.level, _WHOLE)} {_in(item.scope)}" for item in items)


def counted(items: Sequence[Item]) -> str:
    """Say how many levels in how many namespaces; a single level is named."""
    levels = short(items[0].level) if len(items) == 1 else f"{len(items)} levels"
    return f"{levels} {_counted([item.scope for item in items])}"


def wanted(request: Request, where: str, limit: int = LINE) -> str:
    """Name the levels and places of a request if they fit, else count them and say `where`."""
    longer = "more time with " if request.extends else ""
    items = request.plan.items
    said = whole(items)
    return longer + (said if len(said) <= limit else f"{counted(items)} ({where})")


def so_long(request: Request) -> str:
    """Say for how long a yes to it gives it now, and how much more nobody is asked for then."""
    free = write_duration(request.free)
    more = f" (and up to {free} longer without asking again)" if request.free else ""
    return f"{write_duration(request.duration)}{more}"


def place(scope: Scope, where: str, limit: int = LINE) -> str:
    """Name the namespaces if they fit, else count them and say `where` they are named."""
    said = _in(scope)
    return said if len(said) <= limit else f"{_counted([scope])} ({where})"


def plain_place(scope: Scope) -> str:
    """Say where in a dialog, which formats nothing: another lease of the level may be elsewhere."""
    said = str(scope)
    return said if len(said) <= _IN_DIALOG else _counted([scope])


def places(request: Request) -> str:
    """Say where a request's levels hold, in a few words; `rows` and `listed` say the rest."""
    found = scopes(request.plan.items)
    if len(found) > 1:
        return "each level where it says"
    where = "named below" if legible(request.plan.items) else "more than can be shown"
    return place(found[0], where)


def listed(request: Request) -> Iterator[Block]:
    """Yield the namespaces of all levels where `places` could only count them."""
    found = scopes(request.plan.items)
    if len(found) == 1 and len(_in(found[0])) > LINE and legible(request.plan.items):
        head = f"*In these {len(found[0].namespaces)} namespaces*\n"
        names = _names(found[0])
        yield from map(kit.section, packed([head + names[0], *names[1:]], ", ", PARAGRAPH))


def naming(request: Request, item: Item) -> Sequence[str]:
    """Return a level's name with the place that is its own, in pieces to be joined by commas."""
    name = code(item.level, _WHOLE)
    if len(scopes(request.plan.items)) == 1:
        return (name,)
    if not legible(request.plan.items):
        return (f"{name} {_counted([item.scope])}",)
    if item.scope.cluster_wide:
        return (f"{name} cluster-wide",)
    names = _names(item.scope)
    return (f"{name} in {names[0]}", *names[1:])


def _names(scope: Scope) -> Sequence[str]:
    return [inert(name, _WHOLE) for name in scope.namespaces]


def _in(scope: Scope) -> str:
    return f"in {', '.join(_names(scope))}" if scope.namespaces else "cluster-wide"


def _counted(found: Sequence[Scope]) -> str:
    names = {name for scope in found for name in scope.namespaces}
    wide = any(scope.cluster_wide for scope in found)
    inside = f"in {len(names)} namespace{'' if len(names) == 1 else 's'}" if names else ""
    return " and ".join(part for part in ("cluster-wide" if wide else "", inside) if part)
