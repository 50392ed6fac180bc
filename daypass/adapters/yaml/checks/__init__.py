"""What the shape alone cannot say: names that must exist, and what makes no sense together."""

from daypass.adapters.yaml.checks import clusters, levels, people, workflows
from daypass.adapters.yaml.checks.checked import Checked


def check(checked: Checked) -> None:
    """Note every fault of sense."""
    for checks in (people, clusters, levels, workflows):
        checks.check(checked)


__all__ = ["Checked", "check"]
