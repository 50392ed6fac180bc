"""Where a role's children count: files in one folder, added up by whoever serves them.

A file for each place, not for each process: who dies again and again must not fill the disk.
"""

from prometheus_client import values


def count_in(place: int) -> None:
    """Go on counting where whoever was in that place before came to; before anything is counted.

    Nobody else may be in that place while this process lives.
    """
    if values.ValueClass is not values.MutexValue:  # There is a folder.
        values.ValueClass = values.MultiProcessValue(lambda: place)  # type: ignore[no-untyped-call] # Theirs.
