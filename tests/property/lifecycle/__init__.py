"""A random life of access, in parts: who acts, what breaks, and the laws that hold."""
