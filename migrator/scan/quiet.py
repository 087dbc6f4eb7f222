"""Reading with a patient garbage collector: what one file needs is thousands of objects, none of them garbage yet."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

YOUNG = 50_000  # objects, some twenty files' worth: about ten megabytes


@contextmanager
def quiet() -> Iterator[None]:
    """Inside, cycles are looked for after many objects rather than after 700. A decorator as well.

    It is worth most around many files: on the way out, the usual threshold applies again and is passed at once.
    """
    before = gc.get_threshold()
    if before[0]:  # 0: the collector never works by itself
        gc.set_threshold(max(before[0], YOUNG), *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


@contextmanager
def quiet_once() -> Iterator[None]:
    """The same for what a process does once: what is garbage at its end waits for the next full collection."""
    with quiet():
        try:
            yield
        finally:
            if not gc.get_freeze_count():  # all young objects grow old at once, without a look at each
                gc.freeze()
                gc.unfreeze()


def keep_quiet() -> None:
    """The same for the rest of a process that only reads files; what it has imported is never looked at again."""
    gc.freeze()
    gc.set_threshold(YOUNG)
