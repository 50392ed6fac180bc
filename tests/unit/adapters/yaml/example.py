"""A right configuration to break in one place at a time."""

from typing import Final

from daypass.adapters.yaml import read
from daypass.domain.errors import ConfigurationError

RIGHT: Final = """\
version: 1
install: main
admins: [team:sre]
teams:
  engineers: {everyone: true}
  sre: {slack_usergroup: S0SRE}
  pair: {emails: [bob@example.com, Dan@example.com]}
clusters:
  prod:
    server: https://10.0.0.1:6443
    token_file: prod-token
    labels: {env: prod}
  dev: {in_cluster: true, labels: {env: dev}}
levels:
  debug:
    summary: Read pods
    clusters: {env: prod}
    role: view
    namespaces: [payments]
  admins:
    summary: Act as admins
    clusters: ["*"]
    group: platform-admins
workflows:
  - name: production
    match: {clusters: prod}
    requesters: [team:engineers]
    approve: [{by: [team:pair], count: 2}]
    channel: C0APPROVE
    duration: {default: 1h, max: 4h}
  - name: development
    match: {clusters: ["d*"], levels: [admins]}
    requesters: [team:engineers]
    approve: []
    duration: {default: 4h, max: 12h}
"""


def edited(old: str, new: str) -> str:
    """Return the right text with its one `old` replaced."""
    assert RIGHT.count(old) == 1, f"{old!r} is there {RIGHT.count(old)} times"
    return RIGHT.replace(old, new)


def faults_of(text: str) -> tuple[str, ...]:
    """Return what is wrong with a text; nothing when it is right."""
    try:
        read(text)
    except ConfigurationError as error:
        return error.faults
    return ()
