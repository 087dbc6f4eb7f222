"""A dbt command: what it does, on which project, with which models; and the arguments that stay arguments."""

import re
from collections.abc import Sequence
from dataclasses import replace

from migrator.convert.shell_words import NotPlain, Word, commands
from migrator.record import dataclass

KINDS = {  # what each command writes
    "build": ("model", "seed", "snapshot"),
    "run": ("model",),
    "seed": ("seed",),
    "snapshot": ("snapshot",),
    "test": (),
}
ALL = KINDS["build"]
LOOKS_LIKE = re.compile(
    r"dbt[\w\"'}]*\s+(?:-\S+\s+(?:\w+\s+)??)*(?:build|run|seed|snapshot|test)\b", re.IGNORECASE
)
OF_PROJECT = ("--project-dir", "--profiles-dir", "--profile", "--target")
SELECTING = ("--select", "--exclude")
SHORT = {"-t": "--target", "-s": "--select", "-m": "--select", "--models": "--select", "--model": "--select"}
# What dbt prints, and how: Dagster reads its events.
OF_OUTPUT: tuple[str, ...] = (
    "--use-colors",
    "--no-use-colors",
    "--quiet",
    "-q",
    "--no-quiet",
    "--debug",
    "-d",
    "--no-debug",
)
OF_OUTPUT += (
    "--print",
    "--no-print",
    "--use-colors-file",
    "--no-use-colors-file",
    "--no-send-anonymous-usage-stats",
)
OF_OUTPUT_VALUES = ("--log-format", "--log-level", "--log-format-file", "--log-level-file", "--printer-width")
OTHER_CHOICES: tuple[str, ...] = (
    "--resource-type",
    "--resource-types",
    "--exclude-resource-type",
    "--exclude-resource-types",
)
OTHER_CHOICES += ("--inline", "--empty", "--sample")


@dataclass(frozen=True)
class DbtCommand:
    """`project` and `target_path` are expressions; `select`, `exclude` and `selector` are texts of dbt's."""

    verb: str
    project: tuple[tuple[str, str], ...] = ()  # folder, profiles_dir, profile, target
    args: tuple[str, ...] = ()
    select: str = ""
    exclude: str = ""
    selector: str = ""
    target_path: str = ""
    binary: str = ""  # an expression, if it is not dbt alone
    dropped: tuple[str, ...] = ()  # about dbt's output only

    @property
    def kinds(self) -> tuple[str, ...]:
        """What it writes."""
        return KINDS[self.verb]


def is_dbt(text: str) -> bool:
    """Whether a command looks like one of dbt that could be more than a command."""
    return LOOKS_LIKE.search(text) is not None


def _is_binary(word: str) -> bool:
    bare = word.strip("\"'")
    return bare.rpartition("/")[2] == "dbt" or (bare.startswith("$") and "dbt" in bare.lower())


def parse(source: str, folder: str | None = None) -> DbtCommand:
    """The command that an expression gives, run in a folder. Raises NotPlain with the reason if it is another one."""
    found = commands(source)
    if len(found) == 2 and len(found[0]) == 2 and found[0][0].constant == "cd":
        folder = found[0][1].source()
        found = found[1:]
    if len(found) != 1 or not found[0]:
        raise NotPlain("it is more than one command")
    words = found[0]
    if not _is_dbt_word(words[0]):
        raise NotPlain("it does not begin with dbt")
    command = _Options(words[1:]).read()
    places = dict(command.project)
    if "folder" not in places:
        places = {"folder": folder or "os.environ['DBT_PROJECT_DIR']", **places}
    if folder and "profiles_dir" not in places and "folder" in dict(command.project):
        places["profiles_dir"] = folder  # dbt looks for profiles.yml where it is started, first
    binary = "" if words[0].constant == "dbt" else words[0].source()
    return replace(command, project=tuple(places.items()), binary=binary)


def _is_dbt_word(word: Word) -> bool:
    if word.constant is not None:
        return _is_binary(word.constant)
    last = word.pieces[-1]
    return "dbt" in last.code.lower() if last.code else last.text.endswith("/dbt")


class _Options:
    """Reads the words after `dbt`."""

    def __init__(self, words: Sequence[Word]) -> None:
        self.words, self.at = words, 0
        self.verb = ""
        self.project: dict[str, str] = {}
        self.selecting: dict[str, list[str]] = {}
        self.args: list[str] = []
        self.dropped: list[str] = []
        self.target_path = self.selector = ""

    def read(self) -> DbtCommand:
        while self.at < len(self.words):
            word = self.words[self.at]
            self.at += 1
            self._word(word)
        if not self.verb:
            raise NotPlain("it is no command that builds or tests models")
        own = {name: " ".join(texts) for name, texts in self.selecting.items()}
        rest = [f"resource_type:{kind}" for kind in ALL if KINDS[self.verb] and kind not in KINDS[self.verb]]
        return DbtCommand(
            self.verb,
            tuple(self.project.items()),
            tuple(self.args),
            own.get("--select", ""),
            " ".join([*([own["--exclude"]] if own.get("--exclude") else []), *rest]),
            self.selector,
            self.target_path,
            dropped=tuple(self.dropped),
        )

    def _word(self, word: Word) -> None:
        start = word.start
        if not start.startswith("-"):
            self._verb(word)
            return
        name, equals, _ = start.partition("=")
        inline = word.after(len(name) + 1) if equals else None
        option = SHORT.get(name, name)
        if option in OTHER_CHOICES and self.verb != "test":
            raise NotPlain(f"{option} chooses what is written in a way that assets do not know")
        if option in OF_PROJECT:
            key = {"--project-dir": "folder"}.get(option) or option.removeprefix("--").replace("-", "_")
            self.project[key] = self._value(inline).source()
        elif option == "--target-path":
            self.target_path = self._value(inline).source()
        elif option in SELECTING:
            self.selecting.setdefault(option, []).extend(self._values(inline, option))
        elif option == "--selector":
            self.selector = self._known(self._value(inline), option)
        elif option in OF_OUTPUT or option in OF_OUTPUT_VALUES:
            if option in OF_OUTPUT_VALUES:
                self._value(inline)
            self.dropped.append(option)
        else:
            self.args.append(word.source())
            if option == "--vars" and inline is None:
                self.args.append(self._value(None).source())

    def _verb(self, word: Word) -> None:
        if self.verb:
            self.args.append(word.source())  # the value of an option
            return
        if word.constant not in KINDS:
            raise NotPlain("it is no command that builds or tests models")
        self.verb = word.constant or ""
        self.args.append(word.source())

    def _value(self, inline: Word | None) -> Word:
        if inline is not None:
            return inline
        if self.at >= len(self.words):
            raise NotPlain("an option has no value")
        self.at += 1
        return self.words[self.at - 1]

    def _values(self, inline: Word | None, option: str) -> list[str]:
        """Of an option that takes all words up to the next one."""
        found = [self._known(self._value(inline), option)]
        while self.at < len(self.words) and not self.words[self.at].start.startswith("-"):
            found.append(self._known(self.words[self.at], option))
            self.at += 1
        return found

    def _known(self, word: Word, option: str) -> str:
        if word.constant is None:
            raise NotPlain(f"{option} is known when it runs only, and assets when the project loads")
        return word.constant
