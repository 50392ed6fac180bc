"""Measures Daypass on real parts, each figure beside a floor measured in the same run."""
