"""What is said with everything that comes from a cluster's picture: its age, what is not in it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from daypass.adapters.slack import blocks as kit
from daypass.adapters.slack.blocks import Block
from daypass.adapters.slack.seeing import apparent
from daypass.adapters.slack.text import code_block, fits, inert, local_time
from daypass.adapters.slack.views import lengths
from daypass.domain.listing import and_more
from daypass.domain.picture import About
from daypass.domain.rbac.risk import MEANS, Risk
from daypass.domain.search import Page, Thing
from daypass.usecases.requests.look import View

PAGE: Final = 8
"""Things on one page: each may take a thousand characters, and a message takes eleven thousand."""
NAME: Final = 330
"""A name of Kubernetes' longest, 253, with its namespace, 63."""
_WHY: Final = 60
"""Why a kind is not seen: six kinds stand in one line."""
_LABELS: Final = 120
"""Labels of one thing, or annotations: there may be a quarter of a megabyte of them."""
_PAIRS: Final = 3
"""Of them: the names of a screen."""


def age(about: About, *, current: bool) -> str:
    """Say that a picture is old; nothing where it is what is there now."""
    return "" if current else was(about.at)


def was(at: datetime) -> str:
    """Say when what is shown was so."""
    return f"As it was {local_time(at)}: since then nobody has said that it is still so."


def gaps(view: View) -> str:
    """Say what is not in a picture; numbers are for whoever sees all of it."""
    everything, about = view.sight.everything, view.about
    said = [
        f"{kind}: not seen{f' ({inert(why, _WHY)})' if everything and why else ''}"
        for kind, why in about.unseen.items()
    ]
    said += [
        f"{kind}: {f'{count:,}' if everything else 'some'} too many to be kept"
        for kind, count in about.left_out.items()
        if count
    ]
    return "; ".join(said)


def around(view: View) -> Iterator[Block]:
    """Yield the small print below an answer."""
    seen = "" if view.sight.everything else "Shown is what the levels that you may ask for concern."
    said = [age(view.about, current=view.current), gaps(view), seen]
    if any(said):
        yield kit.context(*(one for one in said if one))


def further(page: Page, line: str) -> Iterator[Block]:
    """Say how many come after this page, and the line that shows them, never a part of it."""
    if page.left:
        said = f"And {page.left:,} more"
        yield kit.section(f"{said}:\n{code_block(line)}" if fits(line) else f"{said}; narrow it.")


def labelled(what: str, pairs: Mapping[str, str]) -> str:
    """Name some labels or annotations; the others are counted."""
    if not pairs:
        return ""
    first = ", ".join(f"{key}={value}" for key, value in list(pairs.items())[:_PAIRS])
    return f"{what}: {inert(first, _LABELS)}{and_more(len(pairs) - _PAIRS)}"


def risky(risks: Sequence[Risk]) -> str:
    """Say what rules may lead to."""
    return f"⚠️ {', '.join(MEANS[risk] for risk in risks)}" if risks else ""


def named(thing: Thing) -> str:
    """Return a thing's name with its namespace."""
    return apparent(f"{thing.namespace}/{thing.name}" if thing.namespace else thing.name)


def counted(count: int, what: str) -> str:
    """Say how many there are."""
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"


def brief(text: str) -> str:
    """Return a foreign sentence among others."""
    return inert(text, lengths.BRIEF)
