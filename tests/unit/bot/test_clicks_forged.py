"""A click means what it names, never the only thing that would fit (law 5)."""

import pytest

from daypass.adapters.slack import actions as act
from daypass.domain.ids import RequestId
from daypass.domain.request import RequestState
from tests.unit.bot.stage import Stage


@pytest.mark.parametrize("action", [act.APPROVE, act.CANCEL, act.REVOKE, act.RELEASE])
def test_click_does_nothing_when_it_names_nothing(stage: Stage, action: str) -> None:
    """Only a typed command may leave the id out."""
    request = stage.pending()
    said = [stage.click(name, action, RequestId("")) for name in ("bob", "alice")]
    found = stage.world.store.request(request)
    assert found is not None
    assert found.state is RequestState.PENDING
    assert all("There is no request" in one for one in said)
