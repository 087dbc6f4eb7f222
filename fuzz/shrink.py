"""The smallest part of a file, by lines and then by characters, that still breaks what the whole file broke."""

import time
from collections.abc import Callable


def shrunk(data: bytes, breaks: Callable[[bytes], bool], seconds: float = 60.0) -> bytes:
    """Deletes pieces, large ones first, as long as it still breaks; the best after so many seconds."""
    end = time.monotonic() + seconds
    lines = data.splitlines(keepends=True)
    kept = b"".join(_without(lines, lambda part: breaks(b"".join(part)), end))
    letters = [kept[i : i + 1] for i in range(len(kept))] if len(kept) < 2_000 else [kept]
    return b"".join(_without(letters, lambda part: breaks(b"".join(part)), end))


def _without(parts: list[bytes], breaks: Callable[[list[bytes]], bool], end: float) -> list[bytes]:
    size = max(1, len(parts) // 2)
    while time.monotonic() < end:
        at, gone = 0, False
        while at < len(parts) and time.monotonic() < end:
            rest = parts[:at] + parts[at + size :]
            if breaks(rest):
                parts, gone = rest, True
            else:
                at += size
        if size == 1 and not gone:
            break
        size = max(1, size // 2)
    return parts
