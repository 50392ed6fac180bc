"""The grants worker, on memory."""
