"""Access reviews: what the cluster itself says, from as many of its API servers as there are."""

from collections.abc import Sequence
from typing import Final

from daypass.adapters.kubernetes.client import Api
from daypass.adapters.kubernetes.errors import reading, refusal
from daypass.adapters.kubernetes.manifests import access_review, answer
from daypass.adapters.kubernetes.reply import Reply
from daypass.adapters.kubernetes.wide import PATIENCE, Wide
from daypass.domain.review import Answer, Question

REVIEWS: Final = "/apis/authorization.k8s.io/v1/subjectaccessreviews"


def reviewed(api: Api, question: Question, times: int, *, wide: Wide) -> Sequence[Answer]:
    """Ask so many times.

    More than once over a new connection each, for whatever stands before several servers spreads
    connections, not requests.
    """
    if times == 1:
        return (_reviewed(api, question, wide),)
    return tuple(_reviewed(api, question, wide, kept=False) for _ in range(times))


def _reviewed(api: Api, question: Question, wide: Wide, *, kept: bool = True) -> Answer:
    what, review = api.what("POST", REVIEWS), access_review(question)

    def asked(most: int) -> Reply:
        return api.ask(REVIEWS, review, kept=kept, most=most)

    # It names binding, role and subject as they are: whoever makes them writes megabytes there.
    with wide.answer(asked, within=PATIENCE) as reply:
        if not reply.good:
            raise refusal(what, reply, writes=False)
        with reading(what, writes=False):
            return answer(reply.body)
