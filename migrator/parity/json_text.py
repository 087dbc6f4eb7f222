"""JSON as a file has it: no digit is lost, and no entry.

Python reads `12345678901234567890.12` as the nearest float, and of two entries with one name the last. Here, a number
that no float holds is kept with all its digits, and an object that names an entry twice is refused.
"""

import json
import math
from decimal import Context, Decimal, InvalidOperation

BEYOND = "number beyond floats"


def loads(text: str, *, exact: bool = True) -> object:
    """The value. `exact`: False where a tolerance asks for floats. Raises ValueError for what is not JSON."""
    return json.loads(text, parse_float=_number if exact else float, object_pairs_hook=_once)


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("an object names an entry twice: who reads it decides which counts")
    return found


def _number(digits: str) -> object:
    """The float, or all digits of a number that is none; 1.10 and 1.1 are the same number."""
    near = float(digits)
    try:
        whole = Decimal(digits)
    except InvalidOperation:  # an exponent beyond all reason
        return {BEYOND: digits}
    if math.isfinite(near) and whole == Decimal(repr(near)):
        return near
    return {BEYOND: str(whole.normalize(Context(prec=len(digits))))}
