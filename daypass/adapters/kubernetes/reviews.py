"""Access reviews: what the cluster itself says, from as many of its API servers as there are."""

import json
import re
from collections.abc import Sequence
from typing import Final

from daypass.adapters.kubernetes.client import Api
from daypass.adapters.kubernetes.errors import TooMuchError, reading, refusal
from daypass.adapters.kubernetes.manifests import Manifest, access_review, answer
from daypass.adapters.kubernetes.wide import NARROW
from daypass.domain.review import Answer, Question

REVIEWS: Final = "/apis/authorization.k8s.io/v1/subjectaccessreviews"
_STATUS: Final = re.compile(
    r'"status":\s*\{\s*"allowed":\s*(?P<allowed>true|false)(?P<denied>,\s*"denied":\s*true)?'
    r'(?:,\s*"reason":\s*(?P<reason>"(?:[^"\\]|\\u[0-9a-fA-F]{4}|\\[^u])*))?'
)
"""As a server writes it, fields in their order; in a text each quote has a backslash before it."""


def reviewed(api: Api, question: Question, times: int) -> Sequence[Answer]:
    """Ask so many times.

    More than once over a new connection each, for whatever stands before several servers spreads
    connections, not requests.
    """
    if times == 1:
        return (_reviewed(api, question),)
    return tuple(_reviewed(api, question, kept=False) for _ in range(times))


def _begun(text: bytes) -> Manifest:
    """Read a review of which only the beginning is there: the answer stands before its reason.

    Raises ValueError where it does not.
    """
    said = _STATUS.search(text.decode(errors="ignore"))
    if said is None:
        raise ValueError("no answer")
    status = {
        "allowed": said["allowed"] == "true",
        "denied": said["denied"] is not None,
        "reason": json.loads(f'{said["reason"]}"') if said["reason"] else "",
    }
    return {"status": status}


def _reviewed(api: Api, question: Question, *, kept: bool = True) -> Answer:
    what = api.what("POST", REVIEWS)
    try:
        reply = api.ask(REVIEWS, access_review(question), kept=kept, most=NARROW)
    except TooMuchError as error:
        # It names binding, role and subject as they are, and all roles that are missing: whoever
        # makes them writes megabytes there. How it begins is all that is kept of it.
        with reading(what, writes=False):
            return answer(_begun(error.beginning))
    if not reply.good:
        raise refusal(what, reply, writes=False)
    with reading(what, writes=False):
        return answer(reply.body)
