"""Access reviews: what the cluster itself says, from as many of its API servers as there are."""

from collections.abc import Sequence
from typing import Final

from daypass.adapters.kubernetes.client import Api
from daypass.adapters.kubernetes.errors import reading, refusal
from daypass.adapters.kubernetes.manifests import access_review, answer
from daypass.domain.review import Answer, Question

REVIEWS: Final = "/apis/authorization.k8s.io/v1/subjectaccessreviews"


def reviewed(api: Api, question: Question, times: int) -> Sequence[Answer]:
    """Ask so many times.

    More than once over a new connection each, for whatever stands before several servers spreads
    connections, not requests.
    """
    if times == 1:
        return (_reviewed(api, question),)
    return tuple(_reviewed(api, question, kept=False) for _ in range(times))


def _reviewed(api: Api, question: Question, *, kept: bool = True) -> Answer:
    what, asked = api.what("POST", REVIEWS), access_review(question)
    # It names binding, role and subject as they are: whoever makes them writes megabytes there.
    with api.wide.answer(lambda most: api.ask(REVIEWS, asked, kept=kept, most=most)) as reply:
        if not reply.good:
            raise refusal(what, reply, writes=False)
        with reading(what, writes=False):
            return answer(reply.body)
