"""What people see: pure functions from domain values to messages and modals.

No state is ever read back from them (law 9).
"""
