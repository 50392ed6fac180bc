"""`python -m bench.empty`: a Bolt app that acknowledges each command and does nothing else.

Wired as the bot, by the same settings: the floor of what a command takes.
"""

import os
from threading import Event

from slack_bolt import Ack, App
from slack_bolt.adapter.socket_mode import SocketModeHandler

from daypass.adapters.slack.client import connect
from daypass.settings import BotSettings

READY = "empty.listening"


def main() -> None:
    """Listen until it is killed."""
    settings = BotSettings.read(os.environ)
    app = App(client=connect(settings.slack_bot_token, settings.slack_base_url))

    def acknowledge(ack: Ack) -> None:
        ack()

    app.command(settings.command)(acknowledge)
    SocketModeHandler(app, settings.slack_app_token).client.connect()
    print(READY, flush=True)
    Event().wait()


if __name__ == "__main__":
    main()
