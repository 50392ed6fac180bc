"""The grants worker; RQ calls `work` by the name that it has here."""

from workers.grants.dispatcher import work
from workers.grants.worker import run

__all__ = ["run", "work"]
