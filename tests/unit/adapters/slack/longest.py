"""The longest requests that may be asked for, and everything else about them as long as it goes."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import strategies as st

from daypass.adapters.slack.views.scene import Scene
from daypass.domain.catalog import MAX_REASON, Delivery, Principal, Step
from daypass.domain.legible import MOST_LEVELS, legible
from daypass.domain.request import Item, Request
from daypass.domain.scope import CLUSTER_WIDE, Scope, within
from tests.builders import a_catalog, a_level, a_person, a_plan, a_request, a_workflow, an_ask

LABELS = st.builds(
    lambda number, length: f"{number:04x}".ljust(length, "x"),
    st.integers(0, 65_535),
    st.integers(4, 63),
)
SCOPES = st.just(CLUSTER_WIDE) | st.lists(LABELS, min_size=1, max_size=60).map(lambda n: within(*n))
APPROVERS = tuple(Principal(email=f"{'&' * 60}{n}@example.com") for n in range(30))


def a_wish(items: tuple[Item, ...], reason: str = "&" * MAX_REASON) -> Request:
    """Return a pending request of somebody with the longest of names, and the longest reason."""
    who = a_person(name="&" * 80, id="U0ALICE", email="a" * 250 + "@example.com")
    ask = an_ask(
        requester=who,
        cluster="c" * 63,
        levels=tuple(i.level for i in items),
        reason=reason,
    )
    plan = a_plan(items=items, steps=(Step(by=APPROVERS),), duration=timedelta(days=7))
    return a_request(ask=ask, plan=plan)


def items_of(names: list[str], *places: Scope) -> tuple[Item, ...]:
    """Return a level for each name, of a workflow each; with one place they all hold there."""
    found = places if len(places) > 1 else places * len(names)
    flows = [f"w{number:02}".ljust(63, "w") for number in range(len(names))]
    return tuple(
        Item(level=level, scope=scope, workflow=flow)
        for level, scope, flow in zip(names, found, flows, strict=True)
    )


def a_scene_of(request: Request) -> Scene:
    """Return a catalog in which every level has the longest summary, and acts as a group.

    Each may last longer without asking again, which is said as well.
    """
    levels = tuple(
        a_level(item.level, summary="&" * 200, group="g" * 253, delivery=Delivery.SUDO)
        for item in request.plan.items
    )
    flows = tuple(a_workflow(name) for name in request.plan.workflows)
    rules = a_catalog(levels=levels, workflows=flows)
    return Scene(command="/access", catalog=rules)


@st.composite
def wishes(draw: st.DrawFn) -> Request:
    """Draw a request that may be stored: levels in one place, or each in its own."""
    names = draw(st.lists(LABELS, min_size=1, max_size=MOST_LEVELS, unique=True))
    one = draw(st.booleans())
    places = [draw(SCOPES)] if one else [draw(SCOPES) for _ in names]
    items = items_of(names, *places)
    while not legible(items):  # Halve what is too much.
        items = tuple(
            replace(i, scope=within(*i.scope.namespaces[: max(1, len(i.scope.namespaces) // 2)]))
            if i.scope.namespaces
            else i
            for i in items
        )
        if all(len(i.scope.namespaces) <= 1 for i in items):
            items = items[:MOST_LEVELS] if legible(items) else items[: len(items) // 2]
    return a_wish(items, draw(st.sampled_from(["&" * MAX_REASON, "INC-42", "_x_ " * 250])))


LONGEST = {
    "one place": items_of(
        [f"l{n}" for n in range(MOST_LEVELS)], within(*(f"{n:02}" + "n" * 47 for n in range(47)))
    ),
    "each its own": items_of(
        [f"{n:02}" + "l" * 40 for n in range(MOST_LEVELS)],
        *(within(*(f"n{n:02}-{m}" + "n" * 22 for m in range(4))) for n in range(MOST_LEVELS)),
    ),
    "one level": items_of(["team-view"], within(*(f"team-{n:03}-x" for n in range(200)))),
}
