"""Does not load."""


def helper():
    raise ValueError("no such table")


helper()
