"""How much of what people and configurations say is shown: characters, after escaping.

What is decided on is never cut; these are for what stands beside it, and is said in full elsewhere.
"""

from typing import Final

NAME: Final = 300
"""A person's name where it is what the line is about: of eighty letters sixty may be escaped."""
EMAIL: Final = 320
"""The longest that RFC 5321 allows: 64 before the @, 255 after it."""
EMAIL_IN_PASSING: Final = 120
"""An email in place of a mention."""
OWN_EMAIL: Final = 200
"""One's own email, which one knows."""
USERNAME: Final = 300
"""What a cluster calls a person, letter by letter: longer than any identity provider makes."""
COMMAND: Final = 200
"""A line to type within a sentence; longer ones have a block of their own."""
WORKFLOWS: Final = 100
"""The names of the workflows that decide: mostly one, and each as long as a label."""
SENTENCE: Final = 300
"""A reason, a summary or a refusal in a list of them."""
BRIEF: Final = 200
"""The same where many stand in one answer."""
LABEL: Final = 63
"""A namespace: Kubernetes allows no more."""
PLACES: Final = 100
"""Namespaces in a receipt, whose request is named beside them."""
TROUBLE: Final = 600
"""What Slack does not take, and the whole of what mends it."""
TEAMS: Final = 1_000
"""The names of one's teams."""
REST_OF_OFFER: Final = 1_000
"""What an offer in the catalog says beside its namespaces, at most."""
MANY_PLACES: Final = 1_800
"""The namespaces of an offer where few offers leave room for them."""
