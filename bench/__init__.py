"""Measures Daypass beside a floor measured in the same run; it prints and judges nothing."""
