"""The grants worker; RQ calls `work` by the name that it has here."""

from workers.grants.worker import run, work

__all__ = ["run", "work"]
