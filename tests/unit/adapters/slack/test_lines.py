"""The line to try works: it needs no more than the right that the cluster proved."""

import html
import shlex
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.grammar.line import Line
from bot.grammar.parse import parse
from daypass.adapters.slack.text import code_block
from daypass.adapters.slack.views.lines import again_line, ask_line, kubectl_lines
from daypass.adapters.slack.views.scene import Scene
from daypass.domain.lease import Lease
from daypass.domain.quotes import DOUBLE
from daypass.domain.review import Question
from daypass.domain.scope import Scope
from daypass.domain.unseen import says_nothing
from tests.builders import a_lease, an_ask
from tests.lines import KINDS, line_to_try
from tests.unit.adapters.slack.examples import a_granted, a_scene, a_sudo_lease
from tests.unit.usecases.scenes import HOUR

ANY = st.text(max_size=12) | st.text(alphabet="a-/*\n\u2028\x85 '`\"$;&|#\\\u200b", max_size=8)
"""What Kubernetes takes as a word of a rule, and what else a name may come to."""
WORDS = st.builds(
    Question, user=ANY, verb=ANY, group=ANY, resource=ANY, subresource=ANY, name=ANY, path=ANY
)
BEGINNINGS = ("kubectl", "#")

SAID = {
    "configmaps only": "-n payments get configmaps",
    "pods among others": "-n payments get pods",
    "another group": "-n payments get ingresses.networking.k8s.io",
    "nodes, cluster-wide": "get nodes -A",
    "configmaps, cluster-wide": "get configmaps -A",
    "certain names": "-n payments get configmaps kube-root-ca.crt --ignore-not-found",
    "no list": "-n payments auth can-i get secrets",
    "subresource": "-n payments auth can-i get pods --subresource=log",
    "create only": "-n payments auth can-i create pods --subresource=exec",
    "changes": "-n payments auth can-i patch deployments.apps",
    "everything": "-n payments auth can-i delete pods",
    "path": "auth can-i get /metrics",
    "paths": "auth can-i get /logs/",
}


@pytest.mark.parametrize("kind", SAID)
def test_line_to_try_is_of_the_right_that_was_proven(kind: str) -> None:
    """What reads is run, with its namespace; for anything else the line asks the cluster."""
    *notes, line = line_to_try(*KINDS[kind])
    assert line == f"kubectl --context alice@prod {SAID[kind]}"
    assert bool(notes) == ("can-i" in line)


def test_line_says_what_kind_of_right_it_is() -> None:
    """Where the line only asks, a comment says what is allowed, and that nothing is changed."""
    note, _ = line_to_try(*KINDS["create only"])
    assert note.startswith("# allows: create pods, its exec;")
    assert note.endswith("changes nothing")


def test_lines_of_a_group_ask_as_that_group() -> None:
    """What a group may do is the cluster's business: the line lists it, and promises nothing."""
    note, line = kubectl_lines(a_granted(a_sudo_lease()), a_scene())
    assert note == "# acts as group platform-admins: allows what the cluster gives that group"
    assert line.endswith(
        "--as=daypass:platform-admins --as-group=platform-admins auth can-i --list"
    )


def test_every_kind_is_said() -> None:
    """The roles that are tried on a real cluster are those of this table."""
    assert SAID.keys() == KINDS.keys()


def a_scene_of(group: str, context: str) -> Scene:
    """Return a scene whose sudo level acts as that group, with that context."""
    scene = a_scene(context)
    levels = tuple(replace(one, group=group) if one.group else one for one in scene.catalog.levels)
    return replace(scene, catalog=replace(scene.catalog, levels=levels))


def shown(*lines: str) -> list[str]:
    """Return what a person copies out of the block of these lines."""
    return html.unescape(code_block(*lines, limit=10_000)).split("\n")[1:-1]


@given(WORDS, st.lists(ANY, max_size=7), ANY, ANY, st.sampled_from([a_lease(), a_sudo_lease()]))
def test_lines_to_copy_are_our_commands_whatever_words_are_in_them(
    proven: Question, namespaces: list[str], one: str, other: str, lease: Lease
) -> None:
    """Of what others may write none is a line of its own, and none is more than a word of ours."""
    lease = replace(lease, cluster=one, scope=Scope(namespaces=tuple(namespaces)))
    lines = kubectl_lines(a_granted(lease, proven=proven), a_scene_of(other, one))
    copied = shown(*lines)
    assert [len(line.splitlines()) for line in copied] == [1] * len(lines)
    for line, written in zip(copied, lines, strict=True):
        assert line.startswith(BEGINNINGS)
        if line.startswith("kubectl"):
            assert len(shlex.split(line)) == len(shlex.split(written))


@given(ANY, ANY, ANY)
def test_command_that_asks_again_is_one_line(level: str, namespace: str, reason: str) -> None:
    """Whatever a level, a place or a reason is called, it is the same command."""
    ask = an_ask(levels=(level,), namespaces=(namespace,), reason=reason)
    lease = a_lease(level=level, scope=Scope(namespaces=(namespace,)))
    for line in (ask_line(ask, a_scene()), again_line(lease, ask, a_scene())):
        [copied] = shown(line)
        assert copied.startswith("/access to ")
        assert len(copied.splitlines()) == 1


@pytest.mark.parametrize(
    "word",
    ["x\necho pwned\n# ", "x\u2028y", "--server=http://elsewhere", "a`b", "a;b", "$(a)", "ä"],
)
@pytest.mark.parametrize("field", ["verb", "group", "resource", "subresource", "name", "path"])
def test_nothing_is_to_try_when_a_proven_word_is_not_plain(word: str, field: str) -> None:
    """A proof that was stored all the same, or written into the store, becomes no line."""
    asked = Question(user="u", verb="get", resource="pods")
    odd: Any = {field: word}
    lines = kubectl_lines(a_granted(proven=replace(asked, **odd)), a_scene())
    assert lines == ("kubectl --context alice@prod -n payments auth can-i --list",)


@pytest.mark.parametrize("field", ["verb", "resource", "name", "group", "path"])
def test_no_line_tries_what_holds_a_secret(field: str) -> None:
    """Whoever may write the role wrote a token into it: it reaches no message (law 9)."""
    token = f"ghp_{'a1B2' * 9}"
    words: dict[str, Any] = {field: token}
    proof = replace(Question(user="a", verb="get", resource="configmaps"), **words)
    assert proof.plain
    lines = kubectl_lines(replace(a_granted(), proof=(proof,)), a_scene())
    assert not any(token in line for line in lines)
    assert lines[-1].endswith("auth can-i --list")


@example("x” --k8sGroup=admin", "x' --k8sGroup=admin")
@example("fixing “prod” now", "fixing 'prod' now")
@example("ends in \\", "ends in \\")
@given(st.text(alphabet=f"ab -=,<&\\{DOUBLE}", max_size=30), st.none())
def test_a_line_that_asks_again_asks_for_the_same(reason: str, read: str | None) -> None:
    """Whatever quotes a keyboard made of somebody's own: none ends the reason before its end."""
    line = ask_line(an_ask(reason=reason), a_scene()).removeprefix("/access ")
    found = parse(html.escape(line, quote=False))
    if says_nothing(reason):
        return  # What stands there instead is to be replaced.
    assert isinstance(found, Line)
    assert (found.target, found.levels, found.duration) == ("prod", ("debug",), HOUR)
    assert read is None or found.reason == read
