"""A request in every state, and a message as flat text, for the tests of views."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from daypass.adapters.slack.blocks import Message
from daypass.adapters.slack.views.scene import Scene
from daypass.domain.ids import RequestId, lease_id
from daypass.domain.lease import Attempt, EndCause, Lease, Proof
from daypass.domain.request import Approval, Item, Request, RequestState
from daypass.domain.review import Question
from daypass.domain.scope import CLUSTER_WIDE, within
from tests.builders import NOON, a_catalog, a_lease, a_person, a_plan, a_request, an_ask

END = NOON + timedelta(hours=1)
BOB = a_person("bob", "sre")


def a_scene(context: str = "{local}@prod") -> Scene:
    """Return a scene whose cluster prod has that kubeconfig context."""
    rules = a_catalog()
    prod = replace(rules.clusters["prod"], context=context)
    return Scene(
        command="/access", catalog=replace(rules, clusters={**rules.clusters, "prod": prod})
    )


def a_yes(**fields: object) -> Approval:
    """Return bob's yes."""
    return replace(Approval(by=BOB, at=NOON, yes=True), **fields)  # type: ignore[arg-type]


def an_approved(**fields: object) -> Request:
    """Return alice's request after bob's yes."""
    return a_request(**fields).with_approval(a_yes()).moved_to(RequestState.APPROVED, NOON)


def a_denied(reason: str = "no need") -> Request:
    """Return alice's request after bob's no."""
    answer = a_yes(yes=False, reason=reason)
    return a_request().with_approval(answer).moved_to(RequestState.DENIED, NOON)


PODS = Question(user="alice@example.com", verb="list", resource="pods", namespace="payments")


def a_granted(lease: Lease | None = None, already: str = "", *, proven: Question = PODS) -> Lease:
    """Return a lease that the cluster confirmed, until END."""
    attempt = Attempt(number=1, objects=(), expires_at=END, create_before=NOON)
    proof = Proof(attempt=attempt, questions=(proven,), already=already)
    return (lease or a_lease()).starting(attempt).granted(proof, NOON)


def an_ended(
    cause: EndCause, by: str = "", why: str = "", *, still: str = "", lease: Lease | None = None
) -> Lease:
    """Return a lease that is over and proven gone."""
    return (lease or a_granted()).ending(cause, by, why).ended(END, still)


def two_levels() -> Request:
    """Return an approved request for debug and platform-admins."""
    items = (
        Item(level="debug", scope=within("payments"), workflow="production"),
        Item(level="platform-admins", scope=CLUSTER_WIDE, workflow="production"),
    )
    return an_approved(ask=an_ask(levels=("debug", "platform-admins")), plan=a_plan(items=items))


def a_sudo_lease() -> Lease:
    """Return the second lease of `two_levels`, not yet granted."""
    number_two = lease_id(RequestId("k7q2m9x4t1bd"), 2)
    return a_lease(id=number_two, level="platform-admins", scope=CLUSTER_WIDE)


def read(message: Message) -> str:
    """Return every text of a message, in order, one per line."""
    return "\n".join(texts(message))


def texts(value: object) -> Iterator[str]:
    """Yield every text of a payload that people see."""
    if isinstance(value, Mapping):
        for key, one in value.items():
            if key == "text" and isinstance(one, str):
                yield one
            elif key != "value":
                yield from texts(one)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for one in value:
            yield from texts(one)


def action_ids(value: object) -> list[str]:
    """Return the action ids of a payload, in order."""
    if isinstance(value, Mapping):
        own = [str(value["action_id"])] if "action_id" in value else []
        return own + [name for one in value.values() for name in action_ids(one)]
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [name for one in value for name in action_ids(one)]
    return []
