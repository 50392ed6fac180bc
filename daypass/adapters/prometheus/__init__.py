"""What is read of a process from outside: metrics, whether it lives, whether it is ready."""
