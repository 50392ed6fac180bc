"""One level of the catalog fits into Slack, whatever of it is there already and leads further."""

from dataclasses import replace
from datetime import timedelta

import pytest

from daypass.adapters.slack.limits import check_message
from daypass.adapters.slack.views.catalog import catalog
from daypass.domain.ids import LeaseId, RequestId
from daypass.domain.reasons import HeldAlready
from daypass.domain.risk import Risk
from daypass.domain.scope import within
from daypass.usecases.requests.offering import Asked
from tests.builders import NOON, a_lease
from tests.unit.adapters.slack.examples import read
from tests.unit.adapters.slack.test_many import SCENE, offers


@pytest.mark.parametrize("count", [1, 2, 4, 8, 20])
def test_what_is_there_elsewhere_fits_beside_the_longest_level(count: int) -> None:
    """Else the answer is refused as a whole, and nobody reads what they may ask for."""
    names = tuple(f"{'n' * 60}{n:02}" for n in range(28))
    scope = within(*names)
    level = replace(offers(1)[0].level, name="l" * 63, summary="&" * 200, namespaces=names)
    taken = HeldAlready(
        level=level.name, cluster="c" * 63, scope=scope, most=1, free=(), there=LeaseId("1-1"),
        until=NOON, more=timedelta(0), others=True,
    )  # fmt: skip
    asked = tuple(Asked(request=RequestId(f"{n:012}"), scope=scope) for n in range(5))
    found = offers(
        count, level=level, held=(replace(a_lease(), scope=scope),), asked=asked, narrow=True,
        taken=(taken,) * 5, risks=tuple(Risk)[1:], approvers=("&" * 300,),
    )  # fmt: skip
    said = catalog(found, SCENE)
    assert check_message(said) == ()
    assert "You have it, or wait for it, in" in read(said)
    assert f"--k8sGroup={level.name} --namespace" in read(said)
