"""The values of the places where texts differ → the fewest parameters that give all of them.

Each place is a column: one value for each text. Columns that say the same are one parameter. A text that is made of
such a value and something around it, `load_orders` of `orders`, is written with the parameter in it.
"""

import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

from migrator.convert.literals import written
from migrator.convert.naming import PARAMETERS, RESERVED, variable
from migrator.record import dataclass
from migrator.runtime.airflow_names import free

WORD = re.compile(r"[A-Za-z0-9]")
WHOLE = frozenset(
    {"command", "name", "deps", "key_prefix", "key", "ins", "description", "group_name"}
)  # wishes for a parameter that is all of it
KINDS: tuple[type, ...] = (str, bool, int, float)


@dataclass(frozen=True)
class Column:
    """The values of one place, or with `code` their source texts; `names` are wishes, the best one first."""

    values: tuple[object, ...]
    code: bool = False
    names: tuple[str, ...] = ()
    binds: str = ""  # the name to which this place is given, where nothing else sets it


@dataclass(frozen=True)
class Part:
    """A piece of what stands in a place: a text, or a parameter. `as_text`: of another kind than the place."""

    text: str = ""
    name: str = ""
    as_text: bool = False


@dataclass(frozen=True)
class Parameters:
    """`parts` are for each column what it is made of."""

    names: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    kinds: tuple[str, ...]
    parts: tuple[tuple[Part, ...], ...]


Key = tuple[bool, tuple[object, ...]]
Cut = tuple[str, tuple[object, ...], str]  # before, what differs, after


def columns(
    given: Sequence[Column], called: str, taken: set[str], literals: Container[object] = ()
) -> Parameters:
    """The parameters of these columns. `literals` are texts that the file has as they are: they stay whole."""
    cut = _worth_it(given, [_cut(column, literals) for column in given], literals)
    keys = [_key(column.code, middle) for column, (_, middle, _) in zip(given, cut, strict=True)]
    found: dict[Key, list[int]] = {}
    for index, key in enumerate(keys):
        found.setdefault(_same_text(key, keys), []).append(index)
    found = dict(sorted(found.items(), key=lambda item: _is_name(item[1], given)))
    found = {_as_numbers(key, [cut[i] for i in places]): places for key, places in found.items()}
    names = _names(found, given, cut, called, taken)
    parts: list[tuple[Part, ...]] = [()] * len(given)
    for key, places in found.items():
        for index in places:
            parts[index] = tuple(_parts(names[key], key, cut[index], given[index]))
    texts = [[_source(value, code) for value in _plain(values)] for code, values in found]
    rows = tuple(zip(*texts, strict=True))
    return Parameters(tuple(names.values()), rows, tuple(map(_kind, found)), tuple(parts))


def _plain(values: tuple[object, ...]) -> Iterator[object]:
    """Values of a key, without the marks of their types."""
    for value in values:
        assert isinstance(value, tuple)
        yield value[1]


def _worth_it(given: Sequence[Column], cut: Sequence[Cut], literals: Container[object]) -> list[Cut]:
    """A text is taken apart where another place has the same middle, or where it is a name."""
    middles = Counter((type(m[0]), tuple(map(str, m))) for _, m, _ in cut)
    found = []
    for column, one in zip(given, cut, strict=True):
        alone = sum(n for (_, texts), n in middles.items() if texts == tuple(map(str, one[1]))) < 2
        found.append(("", column.values, "") if alone and "name" not in column.names else one)
    pairs = list(zip(given, found, strict=True))
    whole = list(
        dict.fromkeys(_key(False, c.values) for c, one in pairs if one[1] == c.values and not c.code)
    )
    bases = [tuple(_plain(values)) for _, values in whole]
    return [c if any(v in literals for v in one.values) else _made_of(one, c, bases) for one, c in pairs]


def _made_of(column: Column, cut: Cut, whole: Iterable[tuple[object, ...]]) -> Cut:
    """A text of which a part is the whole of another column."""
    if column.code or column.binds or cut[1] != column.values:
        return cut
    for base in whole:
        pairs = list(zip(column.values, base, strict=True))
        if base == column.values or not all(
            isinstance(v, str) and isinstance(b, str) and b for v, b in pairs
        ):
            continue
        around = {tuple(str(v).partition(str(b))[::2]) if str(b) in str(v) else None for v, b in pairs}
        if len(around) == 1 and (found := around.pop()) is not None:
            return found[0], base, found[1]
    return cut


def _key(code: bool, values: Sequence[object]) -> Key:
    return code, tuple((type(value).__name__, value) for value in values)


def _same_text(key: Key, keys: Sequence[Key]) -> Key:
    """The column of numbers of which this one has the texts, or the column itself."""
    code, values = key
    if code or not all(isinstance(v, str) for v in _plain(values)):
        return key
    for other in keys:
        numbers = list(_plain(other[1]))
        if (
            not other[0]
            and all(type(n) is int for n in numbers)
            and [*map(str, numbers)] == [*_plain(values)]
        ):
            return other
    return key


def _is_name(places: Sequence[int], given: Sequence[Column]) -> bool:
    """False, which sorts first, for what the step is called after."""
    return not any("name" in given[i].names for i in places)


def _as_numbers(key: Key, cut: Sequence[Cut]) -> Key:
    """Numbers instead of their texts, where something is around each of them: `step_0`."""
    code, values = key
    texts = [*_plain(values)]
    if code or not all(
        isinstance(t, str) and t.isascii() and t.isdigit() and str(int(t)) == t for t in texts
    ):
        return key
    return _key(False, [int(str(t)) for t in texts]) if all(c[0] or c[2] for c in cut) else key


def _cut(column: Column, literals: Container[object]) -> Cut:
    """What all texts of a column begin and end with, in whole words, and what is between."""
    if column.code or not all(isinstance(v, str) and v not in literals for v in column.values):
        return "", column.values, ""
    texts = [v for v in column.values if isinstance(v, str)]
    start = _common(texts)
    rest = [text[len(start) :] for text in texts]
    end = _common([text[::-1] for text in rest])[::-1]
    middle = tuple(text[: len(text) - len(end)] for text in rest)
    parts = all(text and WORD.match(text) for text in middle)  # `load` and `load__1` differ by no word
    return (start, middle, end) if parts else ("", column.values, "")


def _common(texts: Sequence[str]) -> str:
    """What all texts begin with, up to the end of a word, or up to a number."""
    first, last = min(texts), max(texts)
    length = next((i for i, c in enumerate(first) if i >= len(last) or last[i] != c), len(first))
    rest = [text[length:] for text in texts]
    if all(r[:1].isdigit() for r in rest) and not first[:length][-1:].isdigit():
        return first[:length]
    while length and WORD.match(first[length - 1]):
        length -= 1
    return first[:length]


def _parts(name: str, key: Key, cut: Cut, column: Column) -> Iterator[Part]:
    start, middle, end = cut
    if start:
        yield Part(start)
    other = not key[0] and [*map(type, _plain(key[1]))] != [*map(type, middle)]
    yield Part(name=name, as_text=other)
    if end:
        yield Part(end)


def _names(
    found: Mapping[Key, list[int]],
    given: Sequence[Column],
    cut: Sequence[Cut],
    called: str,
    taken: set[str],
) -> dict[Key, str]:
    """A name for each parameter: that of the loop, else of the argument where it is needed as it is, else of any."""
    names: dict[Key, str] = {}
    for key, places in found.items():
        whole = [n for i in places if not cut[i][0] and not cut[i][2] for n in given[i].names]
        pieces = [n for i in places for n in given[i].names if n not in WHOLE]
        own = [called] if any(cut[i][0] or cut[i][2] for i in places) else []
        binds = list(dict.fromkeys(given[i].binds for i in places if not cut[i][0] and not cut[i][2]))
        others = (taken - set(binds)) | RESERVED | PARAMETERS | {"self", "cls"} | set(names.values())
        wanted = [
            *own,
            *(b for b in binds if b),
            *whole,
            *pieces,
            *(f"{name}_name" for name in own if name),
            "value",
        ]
        usable = [name for name in map(variable, filter(None, wanted)) if name not in others]
        names[key] = usable[0] if usable else free(variable(wanted[-1]), others | taken)
    return names


def _source(value: object, code: bool) -> str:
    found = str(value) if code else getattr(written(value), "text", None)
    assert isinstance(found, str)
    return found


def _kind(key: Key) -> str:
    code, values = key
    if code:
        return ""
    kinds = {type(value) for value in _plain(values)}
    return next((kind.__name__ for kind in KINDS if kinds == {kind}), "")
