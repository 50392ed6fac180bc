"""What the demo prints once everything runs."""

from typing import Final

from sandbox.stack import Stack

_TEXT: Final = """
Daypass runs, all of it on this machine.

  Page        {page}
  kubeconfig  {kubeconfig}
              contexts alice@prod, alice@dev, bob@prod, … for alice, bob, carol, dan and eve

Three lines to try, in another terminal (or do the same on the page):

  export KUBECONFIG={kubeconfig}
  {python} -m sandbox say alice '/access to prod --k8sGroup=debug --duration 10m --reason "INC-42"'
  {python} -m sandbox click bob approve
  {kubectl} --context alice@prod -n payments get pods

Bob sees what it made: {kubectl} --context bob@prod -n payments get rolebinding -o yaml
alice and carol are engineers, bob and dan approve, eve is a guest. Ctrl-C stops everything.
"""


def greeting(stack: Stack) -> str:
    """Say where everything is and what to try first."""
    return _TEXT.format(
        page=stack.page,
        kubeconfig=stack.kubeconfig,
        python=".venv/bin/python",
        kubectl=stack.clusters.binaries.kubectl,
    )
