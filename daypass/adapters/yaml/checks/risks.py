"""Rules about risks: none that says nothing, contradicts itself or comes to nothing."""

from daypass.adapters.yaml.checks.checked import Checked
from daypass.adapters.yaml.schema import RiskModel, WorkflowModel
from daypass.adapters.yaml.source import Where
from daypass.domain.duration import write_duration


def check_risks(checked: Checked, where: Where, one: WorkflowModel) -> None:
    """Note what cannot be meant."""
    rule, place = one.risk, (*where, "risk")
    for name, risks in _named(rule):
        if not risks:
            checked.faults.add((*place, name, "for"), "names no risk; write for: [secrets, …]")
        for number, risk in enumerate(risks):
            if risk in rule.refuse:
                fault = f"“{risk}” is refused already; name it in one of the two"
                checked.faults.add((*place, name, "for", number), fault)
    if rule.max is not None and rule.max.duration >= one.duration.max:
        given, most = write_duration(rule.max.duration), write_duration(one.duration.max)
        fault = f"{given} is no less than the workflow's max ({most}); write less"
        checked.faults.add((*place, "max", "duration"), fault)


def _named(rule: RiskModel) -> list[tuple[str, list[str]]]:
    extra = [("extra_step", rule.extra_step.risks)] if rule.extra_step else []
    return [*extra, *([("max", rule.max.risks)] if rule.max else [])]
