"""What a role means: it changes with what the role allows, and with nothing else."""

from daypass.domain.rbac import PolicyRule
from daypass.domain.rbac.meaning import Meaning, meaning, together
from daypass.domain.rbac.risk import Risk

PODS = PolicyRule(verbs=("get", "list"), resources=("pods", "services"))
SECRETS = PolicyRule(verbs=("get",), resources=("secrets",))
EXEC = PolicyRule(verbs=("create",), resources=("pods/exec",))
ALL = PolicyRule(verbs=("*",), api_groups=("*",), resources=("*",))


def test_meaning_does_not_depend_on_order_or_repetition() -> None:
    """An aggregated role is written in whatever order its parts come."""
    turned = PolicyRule(verbs=("list", "get", "get"), resources=("services", "pods"))
    assert meaning((PODS, SECRETS)) == meaning((SECRETS, turned, PODS))


def test_meaning_changes_with_each_word() -> None:
    """Whatever somebody adds or takes away."""
    others = [
        PolicyRule(verbs=("get",), resources=("pods", "services")),
        PolicyRule(verbs=("get", "list"), resources=("pods",)),
        PolicyRule(verbs=("get", "list"), resources=("pods", "services"), api_groups=("apps",)),
        PolicyRule(verbs=("get", "list"), resources=("pods", "services"), resource_names=("a",)),
        PolicyRule(verbs=("get", "list"), non_resource_urls=("pods", "services")),
    ]
    assert len({meaning((rule,)).digest for rule in (PODS, *others)}) == len(others) + 1
    assert meaning(()).digest != meaning((PODS,)).digest


def test_meaning_says_the_risks() -> None:
    """Worst first, as the table of risks has them."""
    assert meaning((EXEC, PODS, SECRETS)).risks == (Risk.SECRETS, Risk.EXEC)


def test_together_unites_risks_and_changes_with_each_part() -> None:
    """A group means what all its bindings do."""
    secrets, commands = meaning((SECRETS,)), meaning((EXEC,))
    both = together([("a", commands), ("b", secrets)])
    assert both.risks == (Risk.SECRETS, Risk.EXEC)
    assert both == together([("b", secrets), ("a", commands)])
    assert both != together([("a", secrets), ("b", commands)])
    assert together([("a", meaning((ALL,))), ("b", secrets)]).risks == (Risk.EVERYTHING,)
    assert together([]) == Meaning(digest=together([]).digest)
