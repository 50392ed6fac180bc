"""Who owns a namespace has a webhook answer for the server there, with any status they like."""

from collections.abc import Iterator

import pytest

from daypass.domain.errors import OutsideError, PermanentOutsideError
from daypass.domain.suspicion import Suspicion
from daypass.usecases.grants.deletion import delete_afresh, doomed
from tests.contract.cluster.stages import RealStage, an_object
from tests.contract.cluster.test_attacks import real
from tests.webhook import refusing, until

__all__ = ["real"]
pytestmark = pytest.mark.real

STATUSES = (404, 409)


@pytest.fixture(params=STATUSES)
def denying(request: pytest.FixtureRequest, real: RealStage) -> Iterator[RealStage]:
    """The stage, where nothing is deleted, and each try answered with that status."""
    with refusing(real.server, real.namespace, ["DELETE"], request.param):
        until(lambda: refuses(real))
        yield real


def refuses(stage: RealStage) -> bool:
    """Whether an object stays that is deleted."""
    ref = stage.cluster.create(an_object(stage))
    try:
        stage.cluster.delete(ref)
    except OutsideError:
        return True
    return stage.cluster.read(ref) is not None


def test_what_a_webhook_keeps_is_said_to_be_there(denying: RealStage) -> None:
    """Law 4: nothing is said to be removed that is there, whatever a deletion is answered with."""
    ref = denying.cluster.create(an_object(denying))
    with pytest.raises(PermanentOutsideError, match=r"theirs\.example\.com"):
        denying.cluster.delete(ref)
    found = denying.cluster.read(ref)
    assert found is not None
    stray = doomed(found, lambda _: Suspicion.PAST_END)
    assert stray is not None
    done = delete_afresh(stray, lambda _: Suspicion.PAST_END, denying.cluster)
    assert done is not None
    assert "theirs.example.com" in done.refusal
