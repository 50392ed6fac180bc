"""What Slack sends, as far as we rely on it: strict about that, blind to the rest."""

from collections.abc import Mapping
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from daypass.adapters.slack.actions import (
    DENY_REASON,
    DENY_REASON_BLOCK,
    decided_edition,
    decided_request,
)
from daypass.adapters.slack.home import Home
from daypass.domain.errors import PermanentOutsideError
from daypass.domain.ids import PersonId

Account = Annotated[str, StringConstraints(pattern=r"^[UW][A-Z0-9]{1,30}$")]
Text = Annotated[str, StringConstraints(min_length=1)]


class _Payload(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class SlashCommand(_Payload):
    """A slash command; `trigger_id` is Slack's own and never comes twice."""

    user_id: Account
    trigger_id: Text
    response_url: Text
    text: str = ""

    @property
    def actor(self) -> PersonId:
        """Who typed it."""
        return PersonId(self.user_id)


class _User(_Payload):
    id: Account


class _Option(_Payload):
    value: Text


class Action(_Payload):
    """The element that was used."""

    action_id: Text
    action_ts: Text
    block_id: str = ""
    value: str = ""
    selected_option: _Option | None = None


class Click(_Payload):
    """A click on a button or a choice in a menu, on a message."""

    user: _User
    trigger_id: Text
    response_url: str = ""
    actions: Annotated[tuple[Action, ...], Field(min_length=1)]

    @property
    def actor(self) -> PersonId:
        """Who clicked."""
        return PersonId(self.user.id)

    @property
    def action(self) -> Action:
        """What was clicked; Slack sends one at a time."""
        return self.actions[0]

    @property
    def value(self) -> str:
        """The id that a button carries, or that the menu's row is named after."""
        return self.action.value or decided_request(self.action.block_id)

    @property
    def edition(self) -> str:
        """Which edition of the request stood there."""
        return decided_edition(self.action.block_id)


class _Input(_Payload):
    value: str | None = None
    selected_options: tuple[_Option, ...] | None = None


class _State(_Payload):
    values: Mapping[str, Mapping[str, _Input]] = {}


class _View(_Payload):
    id: Text
    hash: Text
    private_metadata: str = ""
    state: _State = _State()


class Submission(_Payload):
    """A modal that was sent off."""

    user: _User
    view: _View

    @property
    def actor(self) -> PersonId:
        """Who sent it."""
        return PersonId(self.user.id)

    @property
    def reason(self) -> str:
        """What was written into the field for the reason."""
        return self.text(DENY_REASON_BLOCK, DENY_REASON)

    def text(self, block: str, action: str) -> str:
        """What was written into a field; empty where nothing was, or where there is no such."""
        field = self._field(block, action)
        return (field.value if field else None) or ""

    def ticked(self, block: str, action: str) -> frozenset[str]:
        """The values of the boxes that were ticked."""
        field = self._field(block, action)
        return frozenset(one.value for one in (field.selected_options if field else None) or ())

    def _field(self, block: str, action: str) -> _Input | None:
        return self.view.state.values.get(block, {}).get(action)


class _ChangedAccount(_Payload):
    user: _User


class AccountChanged(_Payload):
    """The event `user_change`: of whatever about an account, also that it was deactivated."""

    event: _ChangedAccount

    @property
    def person(self) -> PersonId:
        """Whose account it is."""
        return PersonId(self.event.user.id)


class _ChangedGroup(_Payload):
    removed_users: tuple[Account, ...] = ()


class GroupChanged(_Payload):
    """The event `subteam_members_changed`: people came to a user group, or left it."""

    event: _ChangedGroup

    @property
    def left(self) -> tuple[PersonId, ...]:
        """Who is no longer in it."""
        return tuple(PersonId(user) for user in self.event.removed_users)


class _OpenedChannel(_Payload):
    channel: Text
    user: str = ""


class ChannelOpened(_Payload):
    """The events `member_joined_channel`, `channel_unarchive` and `group_unarchive`."""

    event: _OpenedChannel

    @property
    def channel(self) -> str:
        """Which channel it is."""
        return self.event.channel

    @property
    def person(self) -> str:
        """Who joined it, or brought it back."""
        return self.event.user


class _Named(_Payload):
    id: str = ""
    enterprise_id: str | None = None


class _Member(_Payload):
    team_id: str | None = None


class _Shown(_Payload):
    app_installed_team_id: str | None = None


class _Place(_Payload):
    team_id: str | None = None
    enterprise_id: str | None = None
    is_enterprise_install: bool | None = None


class Origin(_Place):
    """Where a payload of any kind comes from, in all the places where Slack may say it.

    Of a shared channel an event and a form name the workspace of others as their own; then
    `authorizations` and `view` name the install that they are meant for (bolt-python reads them
    so, in `slack_bolt/request/internals.py`).
    """

    team: _Named | None = None
    enterprise: _Named | None = None
    user: _Member | None = None
    view: _Shown | None = None
    authorizations: tuple[_Place, ...] = ()

    def is_from(self, home: Home) -> bool:
        """Whether it is meant for our install, from somebody who may be of our people.

        What it says of the person is a hint: who they are is asked of Slack (`Home.serves`). In
        our organisation any workspace may be named as its place: that of whoever clicked, too.
        """
        if not home.may_serve((self.user.team_id if self.user else "") or ""):
            return False
        if self._meant_for.is_enterprise_install and not home.org_wide:
            return False
        if home.enterprise and self._organisations == {home.enterprise}:
            return True
        return self._workspaces == {home.team} and not home.org_wide

    @property
    def _meant_for(self) -> _Place:
        return self.authorizations[0] if self.authorizations else self

    @property
    def _organisations(self) -> set[str]:
        named = [self._meant_for.enterprise_id]
        if not self.authorizations:
            named += [self.enterprise.id if self.enterprise else ""]
            named += [self.team.enterprise_id if self.team else ""]
        return {one for one in named if one}

    @property
    def _workspaces(self) -> set[str]:
        """The workspaces that are named as its place, else the person's: Slack may leave it out."""
        if self.view is not None and self.view.app_installed_team_id:
            return {self.view.app_installed_team_id}
        named = (self._meant_for.team_id, self.team.id if self.team else "")
        own = (self.user.team_id,) if self.user else ()
        return {one for one in named if one} or {one for one in own if one}


_Model = TypeVar("_Model", bound=_Payload)


def read(model: type[_Model], body: Mapping[str, Any]) -> _Model:
    """Read a payload; raises PermanentOutsideError when it lacks what we rely on."""
    try:
        return model.model_validate(body)
    except ValidationError as error:
        places = ", ".join(".".join(map(str, fault["loc"])) for fault in error.errors())
        raise PermanentOutsideError(f"Slack sent a {model.__name__} without {places}") from error
