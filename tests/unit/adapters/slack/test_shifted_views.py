"""What shifted reads true and short, and fits whatever it is of."""

from dataclasses import replace
from datetime import timedelta

import pytest

from daypass.adapters.slack.limits import check_message
from daypass.adapters.slack.views.render import render
from daypass.adapters.slack.views.shifted import LEVELS, RISKS, SHOWN, announced
from daypass.domain.notification import Announcement, Notification, Topic
from daypass.domain.rbac.meaning import TOO_MUCH, Meaning
from daypass.domain.rbac.risk import MEANS, Risk
from daypass.domain.shift import Shift
from tests.builders import NOON, a_request
from tests.unit.adapters.slack.examples import a_scene, read

VIEW, ADMINS = "ClusterRole/view", "Group/admins"
ONE, TWO = Meaning(digest="1"), Meaning(digest="2", risks=(Risk.SECRETS, Risk.EXEC))
OTHER = Meaning(digest="3", risks=(Risk.NODES, Risk.EXEC))
REST = Meaning(digest="5", risks=TWO.risks)
ALL = Meaning(digest="4", risks=(Risk.EVERYTHING,))

_LONGEST = sorted(list(Risk)[1:], key=lambda risk: -len(MEANS[risk]))
LONG = (
    ("7", tuple(risk for risk in Risk if risk in _LONGEST[RISKS:])),
    ("8", tuple(risk for risk in Risk if risk in _LONGEST[: 2 * RISKS])),
)
"""Three risks that came, three that stay, and others that went, in the longest words."""


def a_shift(was: Meaning | None, now: Meaning | None, key: str = VIEW) -> Shift:
    """Return a shift at noon."""
    return Shift(key=key, at=NOON, was=was, now=now)


def told(*shifts: Shift, topic: Topic = Topic.SHIFTED, threaded: bool = True) -> str:
    """Return what people read under a card, on it, or by direct message."""
    notification = Notification(
        key="x", topic=topic, to="C0APPROVE", request=a_request(), leases=(), threaded=threaded,
        shifts=shifts,
    )  # fmt: skip
    message = render(notification, a_scene())
    assert not check_message(message)
    return read(message)


@pytest.mark.parametrize(
    ("shift", "words"),
    [
        (a_shift(ONE, TWO), "With it one can now also read secrets; run commands in pods."),
        (a_shift(TWO, ONE), "With it one can no longer read secrets; run commands in pods."),
        (a_shift(ALL, ONE), "With it one can no longer do everything."),
        (a_shift(ONE, OTHER), "one can now also run commands on nodes; run commands in pods"),
        (a_shift(ONE, Meaning(digest="5")), "What it allows is another; its risks are as before."),
        (
            a_shift(TWO, REST),
            "another; its risks are as before. With it one can still read secrets",
        ),
        (a_shift(TWO, OTHER), "can no longer read secrets. With it one can still run commands in"),
        (
            a_shift(ALL, TWO),
            "can no longer do everything. With it one can still read secrets and 1",
        ),
        (a_shift(None, TWO), "it was not before. With it one can now also read secrets"),
        (a_shift(ONE, None), "what rests on it gives nothing, and cannot be asked for"),
        (a_shift(ONE, None, ADMINS), "no binding names it"),
        (a_shift(TWO, TOO_MUCH), "is there, what it gives by now is not known"),
        (a_shift(TOO_MUCH, ONE), "It was too much to be read before."),
    ],
)
def test_a_shift_says_what_it_means(shift: Shift, words: str) -> None:
    """Only what is known is said."""
    for topic in (Topic.SHIFTED, Topic.CARD):
        assert words in told(shift, topic=topic)
    assert "your access on prod (debug in payments) rests on" in told(shift, threaded=False)


def test_many_shifts_of_long_names_fit_and_say_how_many_are_left_out() -> None:
    """A cluster cannot make a message that Slack does not take."""
    risks = Meaning(digest="9", risks=tuple(Risk)[1:])
    keys = [f"Role/{'n' * 63}/{'<&>' * 84}{number}" for number in range(60)]
    shifts = tuple(a_shift(ONE, risks, key) for key in keys)
    for topic in (Topic.SHIFTED, Topic.CARD):
        said = told(*shifts, topic=topic)
        assert f"and {60 - SHOWN} more" in said
        assert f"and {len(Risk) - 1 - RISKS} more" in said
    levels = {key: tuple(f"level-{'x' * 50}-{n}" for n in range(50)) for key in keys}
    news = Announcement(to="C0APPROVE", cluster="p" * 253, shifts=shifts, levels=levels)
    message = announced(news)
    assert not check_message(message)
    assert f"and {50 - LEVELS} more" in read(message)


def test_an_announcement_names_the_levels() -> None:
    """Whoever says yes to one knows which."""
    news = Announcement(
        to="C", cluster="prod", shifts=(a_shift(ONE, TWO), a_shift(ONE, None, ADMINS)),
        levels={VIEW: ("debug",)},
    )  # fmt: skip
    assert "Levels: `debug`." in read(announced(news))


@pytest.mark.parametrize(
    "worst", [a_shift(ONE, TWO, ADMINS), a_shift(ONE, TOO_MUCH, ADMINS), a_shift(TWO, ALL, ADMINS)]
)
def test_what_leads_to_more_is_named_however_many_others_changed_with_it(worst: Shift) -> None:
    """Whoever may write five roles would else hide a sixth behind them, each minute."""
    network = Meaning(digest="6", risks=(Risk.NETWORK,))
    late = NOON + timedelta(minutes=1)
    keys = [f"Role/{'z' * 9}/{nth}" for nth in range(2 * SHOWN)]
    noise = [a_shift(ONE, network, key) for key in keys[:SHOWN]]
    noise += [replace(a_shift(TWO, REST, key), at=late) for key in keys[SHOWN:]]
    for topic in (Topic.SHIFTED, Topic.CARD):
        assert ADMINS in told(*noise, worst, topic=topic)
    assert ADMINS in read(
        announced(Announcement(to="C", cluster="prod", shifts=(*noise, worst), levels={}))
    )


def test_shifts_that_say_all_that_there_is_to_say_fit() -> None:
    """What came, what went and what is as before, of names as long as they may be."""
    before, now = (Meaning(digest=one, risks=risks) for one, risks in LONG)
    key = f"Role/{'n' * 63}/{'<&>' * 84}"
    shifts = tuple(a_shift(before, now, f"{key}{nth}") for nth in range(SHOWN))
    for topic in (Topic.SHIFTED, Topic.CARD):
        assert told(*shifts, topic=topic).count("With it one can still") == SHOWN
