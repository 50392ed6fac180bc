"""Lines that look into a cluster, as people type them."""

import pytest

from bot.grammar.line import Line, write
from bot.grammar.parse import Mistake, parse

RIGHT = (
    ("who prod", "who prod"),
    ("who prod payments team-a", "who prod payments team-a"),
    ("who can act on prod in the namespace payments?", "who prod --namespace payments"),
    ("who has access to prod now", "who prod"),
    ("who —on=prod -n payments, team-a", "who prod --namespace payments --namespace team-a"),
    ("discover prod", "discover prod"),
    ("discover view on prod —kind roles —page 2", "discover prod view --kind roles --page 2"),
    ("discover prod in a and b", "discover prod --namespace a --namespace b"),
    ('discover prod "on"', 'discover prod "on"'),
    ("discover prod ClusterRole/view", "discover prod ClusterRole/view"),
    ("can-i get pods", "can-i get pods"),
    ("Can I get pods in payments on prod?", "can-i get pods --namespace payments --on prod"),
    ("can-i get pods/log -n payments --on prod --as <@U0BOB|bob>",
     "can-i get pods/log --namespace payments --on prod --as U0BOB"),
    ("can-i get pods as bob@example.com", "can-i get pods --as bob@example.com"),
    ("can-i get pods --subresource=log", "can-i get pods --subresource log"),
    ("can-i get /healthz --on prod", 'can-i get "/healthz" --on prod'),
    ("can-i * *", 'can-i "*" "*"'),
)  # fmt: skip


@pytest.mark.parametrize(("typed", "meant"), RIGHT)
def test_line_is_understood(typed: str, meant: str) -> None:
    """In natural orders, with the dashes of phones; what it means can be typed, too."""
    line = parse(typed)
    assert isinstance(line, Line), line
    assert write(line) == meant
    assert parse(meant) == line


WRONG = (
    ("who", "Which cluster?", ("who CLUSTER",)),
    ("discover", "Which cluster?", ("discover CLUSTER",)),
    ("discover prod --page 0", "no page", ("discover prod",)),
    ("discover prod --page 12345678", "no page", ("discover prod",)),
    ("discover prod --kind a --kind b", "more than once", ()),
    ("discover prod --kind", "needs a value", ("discover prod",)),
    ("discover prod --knd role", "Did you mean --kind?", ("discover prod --kind role",)),
    ("can-i", "Do what?", ("can-i VERB RESOURCE",)),
    ("can-i get", "Do what?", ("can-i get RESOURCE",)),
    ("can-i get pods web", "after a slash", ("can-i get pods/web",)),
    ("can-i get svc proxy", "after a slash", ('can-i get "svc/proxy/"',)),
    ("can-i get pods web more", "too much", ("can-i get pods",)),
    ("can-i get pods -n a -n b", "one namespace",
     ("can-i get pods --namespace a", "can-i get pods --namespace b")),
    ("can get pods", "did you mean “can-i”?", ("can-i get pods",)),
    ("who prod --as bob", "takes no --as", ("who prod",)),
    ("to prod --k8sGroup=a --as bob", "takes no --as", ()),
)  # fmt: skip


@pytest.mark.parametrize(("typed", "problem", "lines"), WRONG)
def test_line_that_is_wrong_is_put_right(typed: str, problem: str, lines: tuple[str, ...]) -> None:
    """With what was typed in it; where something may be lost none is offered."""
    read = parse(typed)
    assert isinstance(read, Mistake), read
    assert problem in " ".join(read.problems)
    assert read.lines == lines


@pytest.mark.parametrize("typed", ["who prod ?", "discover prod what?"])
def test_question_mark_is_no_name(typed: str) -> None:
    """People end questions with it."""
    line = parse(typed)
    assert isinstance(line, Line), line
    assert "?" not in "".join(line.words)
