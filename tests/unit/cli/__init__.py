"""The administrators' command."""
