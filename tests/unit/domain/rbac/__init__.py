"""Tests of rules, bindings, what they add up to and where they lead."""
