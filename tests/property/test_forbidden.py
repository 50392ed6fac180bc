"""Whatever Kubernetes refuses, in any of its wordings, is understood as what was wanted."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.grammar.line import Line, Verb
from bot.grammar.parse import parse
from daypass.adapters.slack.text import escape
from daypass.domain.kubectl import asked
from daypass.domain.review import Question

WORDS = st.from_regex(r"[a-z][a-z0-9]{0,12}", fullmatch=True)
NAMES = st.from_regex(r"[a-z0-9][a-z0-9.-]{0,30}[a-z0-9]", fullmatch=True)
USERS = st.one_of(
    st.from_regex(r"[a-z]{1,8}@example\.com", fullmatch=True),
    st.just("system:serviceaccount:ops:ci"),
    st.just("oidc:Alice Liddell"),
    st.just(r"CORP\alice"),
)
QUOTES = st.sampled_from([('"', '"'), ("“", "”"), ("„", "“"), ("«", "»"), ('\\"', '\\"')])
HEADS = st.sampled_from(
    ["", "Error from server (Forbidden): ", "Error: ", "$ kubectl get pods\nError from server: ",
     'Error from server (Forbidden): error when creating "x.yaml": ']
)  # fmt: skip
TAILS = st.sampled_from(
    ["", ".", ': RBAC: clusterrole.rbac.authorization.k8s.io "x" not found',
     ": Azure does not have opinion for this user.", "\nexit status 1"]
)  # fmt: skip
KNOWN = st.sampled_from(
    [("", "pods"), ("apps", "deployments"), ("", "nodes"), ("batch", "jobs"), ("", "secrets"),
     ("example.com", "widgets"), ("rbac.authorization.k8s.io", "clusterroles")]
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """What was wanted, and how somebody pasted the answer."""

    wanted: Question
    text: str


@st.composite
def refusals(draw: st.DrawFn) -> Refusal:
    """Any refusal of a resource."""
    group, resource = draw(KNOWN)
    verb = draw(st.sampled_from(["get", "list", "delete", "patch", "create", "impersonate"]))
    part = draw(st.sampled_from(["", "", "log", "exec", "scale"]))
    names = NAMES | st.sampled_from(["log", "exec", "scale", "status", "proxy"])
    name = draw(names) if verb in {"get", "delete", "patch"} else ""
    namespace = draw(st.just("") | NAMES)
    user = draw(USERS)
    wanted = Question(
        user=user,
        verb=verb,
        group=group,
        resource=resource,
        subresource=part,
        name=name,
        namespace=namespace,
    )
    return Refusal(wanted=wanted, text=_said(draw, wanted))


def _said(draw: st.DrawFn, one: Question) -> str:
    titled = f"{one.resource}.{one.group}" if one.group else one.resource
    named = f' "{one.name}"' if one.name else ""
    whole = f"{one.resource}/{one.subresource}" if one.subresource else one.resource
    place = f'in the namespace "{one.namespace}"' if one.namespace else "at the cluster scope"
    user = one.user.replace("\\", "\\\\")
    text = (
        f'{titled}{named} is forbidden: User "{user}" cannot {one.verb} resource "{whole}" '
        f'in API group "{one.group}" {place}'
    )
    begin, end = draw(QUOTES)
    parts = text.split('"')
    quoted = parts[0] + "".join(
        f"{begin if at % 2 else end}{part}" for at, part in enumerate(parts[1:], start=1)
    )
    blank = draw(st.sampled_from([" ", " ", "  ", "\n"]))
    return draw(HEADS) + quoted.replace(" ", blank) + draw(TAILS)


@given(refusals(), st.booleans())
def test_refusal_is_understood_in_any_wording(refused: Refusal, after: bool) -> None:  # noqa: FBT001 - Hypothesis fills it in.
    """The same question comes out, alone or after `can-i`, through Slack's escaping."""
    text = f"can-i {refused.text}" if after else refused.text
    line = parse(escape(text))
    assert isinstance(line, Line), line
    assert (line.verb, line.heard_of) == (Verb.CAN_I, " ".join(refused.wanted.user.split()))
    verb, what = line.words
    found = asked(verb, what, namespace="".join(line.namespaces), subresource=line.part)
    wanted = refused.wanted
    place = wanted.namespace if found.namespaced else ""
    assert (found.question.verb, found.question.group) == (wanted.verb, wanted.group)
    assert (found.question.resource, found.question.subresource) == (
        wanted.resource, wanted.subresource,
    )  # fmt: skip
    assert found.question.name == wanted.name
    assert found.question.namespace == place


@given(st.sampled_from(["/healthz", "/metrics", "/api/v1/x*"]), USERS, QUOTES)
def test_refusal_of_a_path_is_understood(path: str, user: str, quotes: tuple[str, str]) -> None:
    """`forbidden: User "…" cannot get path "/healthz"`."""
    begin, end = quotes
    written = user.replace("\\", "\\\\")
    line = parse(f"forbidden: User {begin}{written}{end} cannot get path {begin}{path}{end}")
    assert isinstance(line, Line), line
    assert (line.words, line.heard_of) == (("get", path), user)


@pytest.mark.parametrize(
    ("text", "words", "namespaces"),
    [
        ('User "x" cannot list pods in the namespace "default"', ("list", "pods"), ("default",)),
        ('User "x" cannot list nodes at the cluster scope', ("list", "nodes"), ()),
        ('User "x" cannot get jobs.batch at the cluster scope', ("get", "jobs.batch"), ()),
        (
            'User "x" cannot create resource "pods/exec" in API group "" in the namespace "n"',
            ("create", "pods"),
            ("n",),
        ),
    ],
)  # fmt: skip
def test_older_words_and_parts_are_understood(
    text: str, words: tuple[str, str], namespaces: tuple[str, ...]
) -> None:
    """Servers before 1.12 said it shorter; what stands before may be lost."""
    line = parse(text)
    assert isinstance(line, Line), line
    assert (line.words, line.namespaces) == (words, namespaces)


def test_request_that_quotes_a_refusal_is_a_request() -> None:
    """Why somebody asks is theirs to say."""
    why = 'pods is forbidden: User "u" cannot list resource "pods" in API group ""'
    line = parse(f"to prod --k8sGroup=debug because {why}")
    assert isinstance(line, Line), line
    assert (line.verb, line.reason) == (Verb.TO, why)


@given(st.text(max_size=200))
def test_no_other_text_is_taken_for_one(text: str) -> None:
    """And nothing makes the reading fail."""
    line = parse(f"deploy {text}")
    assert not (isinstance(line, Line) and line.verb is Verb.CAN_I)
