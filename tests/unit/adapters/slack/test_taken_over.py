"""Of what was taken over after a lost Redis nothing is said that nobody knows."""

from dataclasses import replace

from daypass.adapters.slack.views import lists
from daypass.adapters.slack.views.lines import again_line
from daypass.domain.adoption import request_from
from daypass.domain.scope import within
from daypass.usecases.requests.browse import Standing
from tests.builders import NOON
from tests.unit.adapters.slack.examples import a_granted, a_scene, read


def test_status_does_not_say_by_whom_or_when_it_was_asked_and_approved() -> None:
    """It said “approved automatically: its workflow asks nobody” of what bob had approved."""
    lease = replace(a_granted(), adopted=True)
    request = request_from([lease], NOON, "1")
    said = read(lists.status(Standing(request=request, leases=(lease,)), a_scene()))
    assert "automatically" not in said
    assert "approved before Daypass lost its memory" in said
    assert "asked <!date" not in said
    assert "taken over <!date" in said
    assert "a workflow that is not known any more" in said


def test_line_to_ask_again_names_the_places_that_it_had_and_no_reason_of_ours() -> None:
    """Without them it asked for every namespace of the level, for “(taken over from …)”."""
    narrow = replace(a_granted(), adopted=True, scope=within("payments"))
    request = request_from([narrow], NOON, "1")
    line = again_line(narrow, request.ask, a_scene())
    assert "--namespace payments" in line
    assert '--reason "why you need it"' in line
