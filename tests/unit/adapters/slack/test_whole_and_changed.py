"""The longest requests stay whole on their cards, whatever their roles lead to and become."""

from dataclasses import replace
from datetime import timedelta

import pytest

from daypass.adapters.slack.limits import check_message
from daypass.adapters.slack.views import lists
from daypass.adapters.slack.views.card import card
from daypass.domain.notification import Unsaid
from daypass.domain.rbac.gain import Gain, Gained
from daypass.domain.rbac.meaning import Meaning
from daypass.domain.request import Approval, Item
from daypass.domain.risk import Risk
from daypass.domain.shift import Shift
from daypass.usecases.requests.browse import Standing
from tests.builders import NOON, a_person
from tests.unit.adapters.slack.examples import read, texts
from tests.unit.adapters.slack.longest import LONGEST, a_scene_of, a_wish
from tests.unit.adapters.slack.test_whole import names_of, tokens

RISKS = tuple(Risk)[1:]
HOUR = timedelta(hours=1)
GAINED = Gained(gain=Gain(partly=True), at=NOON, current=True)
SHIFTS = tuple(
    Shift(
        key=f"Role/{'n' * 63}/{'<&>' * 84}{number}",
        at=NOON,
        was=Meaning(digest="1"),
        now=Meaning(digest="2", risks=RISKS),
    )
    for number in range(60)
)


@pytest.mark.parametrize("items", LONGEST.values(), ids=LONGEST)
@pytest.mark.parametrize("anew", [False, True])
def test_card_fits_whatever_its_roles_lead_to_and_become(
    items: tuple[Item, ...], *, anew: bool
) -> None:
    """Else whoever may change a role keeps cards from saying so, and what is asked from a yes."""
    request = a_wish(tuple(replace(item, risks=RISKS) for item in items))
    for number in range(9):
        bob = a_person("bob", "sre", id=f"U{number:020}")
        request = request.with_approval(Approval(by=bob, at=NOON, yes=True, duration=HOUR))
    request = request.renewed(request.plan, NOON) if anew else request
    shown = card(request, (), a_scene_of(request), shifts=SHIFTS, gained=GAINED)
    assert check_message(shown) == ()
    assert names_of(request) <= tokens(" ".join(texts(shown["blocks"])))
    assert "has changed" in read(shown)
    unsaid = Unsaid(request=request.id, to=("C0APPROVE",), why="&" * 600, since=NOON)
    standing = Standing(request=request, leases=(), gained=GAINED, unsaid=unsaid)
    assert check_message(lists.status(standing, a_scene_of(request))) == ()
