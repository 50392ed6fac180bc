"""What people do in Slack: ask, answer, take back, end. The grants worker calls none of it."""
