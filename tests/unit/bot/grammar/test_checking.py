"""`whoami --check` reads what people copy from a terminal, as chats deliver it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.grammar.checking import MOST
from bot.grammar.line import Line, Verb
from bot.grammar.parse import LONGEST, Mistake, parse
from daypass.adapters.slack.text import escape

TABLE = (
    "ATTRIBUTE                                           VALUE\n"
    "Username                                            oidc:Bob.Kim@example.com\n"
    "UID                                                 42\n"
    "Groups                                              [dev system:authenticated]\n"
    "Extra: authentication.kubernetes.io/credential-id   [X509SHA256=abc]\n"
)
YAML = """apiVersion: authentication.k8s.io/v1
kind: SelfSubjectReview
metadata:
  creationTimestamp: "2026-11-20T12:00:00Z"
status:
  userInfo:
    extra:
      authentication.kubernetes.io/credential-id:
      - X509SHA256=abc
    groups:
    - dev
    - system:authenticated
    username: oidc:Bob.Kim@example.com
"""
JSON = json.dumps(
    {
        "kind": "SelfSubjectReview",
        "status": {"userInfo": {"username": "oidc:Bob.Kim@example.com", "groups": ["dev"]}},
    },
    indent=4,
)
NO = (
    'Error from server (Forbidden): pods is forbidden: User "oidc:Bob.Kim@example.com" cannot list '
    'resource "pods" in API group "" in the namespace "default"'
)
EMAIL = "Bob.Kim@example.com"
NAME = "oidc:Bob.Kim@example.com"


def heard(text: str) -> str:
    """Return the name that is read in a line that is right."""
    line = parse(text)
    assert isinstance(line, Line), line
    assert (line.verb, line.checks) == (Verb.WHOAMI, True)
    return line.heard_of


@pytest.mark.parametrize("pasted", [TABLE, YAML, JSON, NO, NAME, f"'{NAME}'"])
@pytest.mark.parametrize(
    "change",
    [
        str,
        lambda text: " ".join(text.split()),
        lambda text: text.replace('"', "“", 1).replace('"', "”"),
        lambda text: f"```\n{text}\n```",
        lambda text: f"```{text}```",
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace(EMAIL, f"<mailto:{EMAIL}|{EMAIL}>"),
    ],
    ids=["as it is", "one line", "curly", "fenced", "in ticks", "windows", "linked"],
)  # fmt: skip
def test_check_reads_a_name_however_it_was_copied(pasted: str, change: object) -> None:
    """A table, YAML, JSON, a refusal or the name: chats make of each what they do."""
    assert callable(change)
    line = parse(f"whoami --check prod {change(pasted)}")
    assert line == Line(verb=Verb.WHOAMI, checks=True, cluster="prod")
    assert heard(f"whoami --check prod {change(pasted)}") == NAME


@pytest.mark.parametrize(
    ("text", "cluster", "name"),
    [
        ("whoami --check", "", ""),
        ("whoami --check prod", "prod", ""),
        ("whoami —check=prod", "prod", ""),
        ("WHOAMI -check prod,", "prod", ""),
        (f"whoami --check {TABLE}", "", NAME),
        (f"whoami --check {YAML}", "", NAME),
        (f"whoami --check\n{JSON}", "", NAME),
        (f"whoami prod --check {TABLE}", "prod", NAME),
        ("whoami --check username", "username", ""),
        ("whoami --check prod Username a b\nGroups [c]", "prod", "a b"),
        ("whoami --check prod username: 'it''s'", "prod", "it's"),
        ('whoami --check prod {"username": "a\\"b\\u00e9"}', "prod", 'a"bé'),
        ('whoami --check prod {"username": "a\\q"}', "prod", "a\\q"),
        ("whoami --check prod Username   bob\u200b@x", "prod", "bob\u200b@x"),
    ],
)
def test_check_takes_a_cluster_or_none_before_what_was_pasted(
    text: str, cluster: str, name: str
) -> None:
    """What is left out is asked for in the answer; letters that nobody sees are kept."""
    line = parse(text)
    assert isinstance(line, Line)
    assert (line.checks, line.cluster, line.heard_of) == (True, cluster, name)


@pytest.mark.parametrize(
    ("pasted", "said"),
    [
        ("I do not know", "No username can be read"),
        ("Username\nGroups [a]", "No username can be read"),
        ('{"username": ""}', "No username can be read"),
        ("username: a\nusername: b", "more than one user, “a” and “b”"),
        (f"Username {'x' * (MOST + 1)}", f"has {MOST + 1} characters"),
        ("x" * (LONGEST - 100), "no username has more than"),
    ],
)
def test_check_says_what_is_wrong_with_what_was_pasted(pasted: str, said: str) -> None:
    """And offers the line behind which it belongs."""
    read = parse(f"whoami --check prod {pasted}")
    assert isinstance(read, Mistake)
    assert said in read.problems[0]
    assert len(read.problems[0]) < MOST
    assert read.lines == ("whoami --check prod",)


def test_check_reads_no_secret_and_repeats_none() -> None:
    """A token that was pasted along is refused, as everywhere."""
    token = ".".join(("eyJhbGciOiJSUzI1NiJ9" * 3, "eyJzdWIiOiJhIn0" * 5, "c2ln" * 20))
    read = parse(f"whoami --check prod Username bob\ntoken: {token}")
    assert isinstance(read, Mistake)
    assert token not in " ".join((*read.problems, *read.lines))


def test_whoami_says_so_when_words_follow_that_check_nothing() -> None:
    """A cluster without the flag is no check."""
    read = parse("whoami prod")
    assert isinstance(read, Mistake)
    read = parse("whoami --chek prod")
    assert isinstance(read, Mistake)
    assert "Did you mean --check?" in read.problems[0]


@given(st.text())
def test_check_never_raises(pasted: str) -> None:
    """Whatever is pasted is a line or a mistake."""
    assert isinstance(parse(f"whoami --check prod {escape(pasted)}"), Line | Mistake)
