"""Teams and the people that rules name."""

from daypass.adapters.yaml.checks.checked import Checked
from daypass.adapters.yaml.faults import nearest
from daypass.adapters.yaml.schema import TeamModel
from daypass.adapters.yaml.source import Where


def check(checked: Checked) -> None:
    """Note teams without people and a configuration without administrators."""
    for name, team in checked.document.teams.items():
        if is_empty(team):
            fault = "has no members; write everyone: true, slack_usergroup: S… or emails: […]"
            checked.faults.add(("teams", name), fault)
    if checked.data.get("admins") == []:
        fault = "names nobody; write who may end anybody's access: [team:NAME]"
        checked.faults.add(("admins",), fault)
    check_principals(checked, ("admins",), checked.document.admins)


def is_empty(team: TeamModel) -> bool:
    """Whether nobody can be in that team."""
    return not (team.everyone or team.slack_usergroup or team.emails)


def check_principals(checked: Checked, where: Where, principals: list[str]) -> None:
    """Note teams that do not exist."""
    for number, written in enumerate(principals):
        team = written.removeprefix("team:")
        if team != written and team not in checked.names("teams"):
            near = nearest(team, checked.names("teams"))
            checked.faults.add((*where, number), f"there is no team “{team}”; {near}")
