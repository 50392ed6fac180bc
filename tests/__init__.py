"""Tests of Daypass."""
