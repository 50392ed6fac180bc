"""People are named by what Daypass proved of them, on a terminal as well."""

from daypass.cli.status import stated
from daypass.domain.ids import PersonId
from daypass.usecases.incident.freeze import FreezeGrants, freeze
from daypass.usecases.incident.survey import survey
from daypass.usecases.shared.identify import identify
from tests.builders import a_world


def test_status_names_who_froze_by_email_and_account() -> None:
    """Not by what they call themselves."""
    world = a_world()
    identify(PersonId("U0DAN"), world.ask)
    freeze(FreezeGrants(actor="U0DAN", by="U0DAN"), world.ask)
    assert "UTC, by dan@example.com (U0DAN)." in stated(survey(world.ask)).text
