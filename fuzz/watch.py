"""A guard inside the processes that read: what they do beside reading the scanned folder is recorded and stopped."""

import os
import sys
import sysconfig
from pathlib import Path

OWN = (
    "<frozen ",
    "<string>",
    "<unknown>",
)  # of Python, of dataclasses, and the `raise` by which jinja2 tells a line
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
FORBIDDEN = frozenset(
    [
        "os.exec",
        "os.fork",
        "os.forkpty",
        "os.kill",
        "os.killpg",
        "os.link",
        "os.mkdir",
        "os.mkfifo",
        "os.posix_spawn",
        "os.putenv",
        "os.remove",
        "os.rename",
        "os.rmdir",
        "os.spawn",
        "os.startfile",
        "os.symlink",
        "os.system",
        "os.truncate",
        "os.chmod",
        "os.chown",
        "os.utime",
        "subprocess.Popen",
        "pty.spawn",
        "webbrowser.open",
        "shutil.copyfile",
        "shutil.move",
        "shutil.rmtree",
        "tempfile.mkstemp",
        "tempfile.mkdtemp",
        "ctypes.dlopen",
    ]
)
ROOT = Path(__file__).parent.parent
TRUSTED = tuple(
    f"{path}{os.sep}"
    for path in {
        str(ROOT / "migrator"),
        sys.prefix,
        sys.base_prefix,
        *sysconfig.get_paths().values(),
        *([sys.pycache_prefix] if sys.pycache_prefix else []),  # compiled modules, where they are kept apart
    }
)
SYSTEM = (
    "<unknown>/",  # the parser of Python looks there for the line of a syntax error
    "/proc/self/statm/",
    "/dev/null/",
    "/usr/share/zoneinfo/",
    "/etc/localtime/",
    "/proc/meminfo/",
    "/sys/",
)


class Watch:
    """In processes that are forked after `start`; `told` is what they have done, `allowed` where they may read."""

    def __init__(self, told: Path) -> None:
        self.file = os.open(told, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self.told_file = told
        self.home = os.getpid()
        self.allowed: tuple[str, ...] = ()

    def start(self) -> None:
        """From here on, for good: there is no way to take a hook back."""
        sys.dont_write_bytecode = True
        sys.addaudithook(self._hook)

    def told(self) -> list[str]:
        """What was recorded so far."""
        return sorted(set(self.told_file.read_text(errors="replace").splitlines()))

    def _hook(self, event: str, arguments: tuple[object, ...]) -> None:
        if os.getpid() == self.home or not self.allowed:
            return
        if (fault := self._fault(event, arguments)) is not None:
            os.write(self.file, f"{fault!r} by {_caller()}\n".encode())
            raise PermissionError(fault)

    def _fault(self, event: str, arguments: tuple[object, ...]) -> str | None:
        if event in FORBIDDEN or event.startswith("socket."):
            return f"{event} {arguments!r:.200}"
        if event == "open":
            return self._opened(*arguments)
        if event in ("os.listdir", "os.scandir"):
            return None if self._may_read(arguments[0]) else f"{event} of {arguments[0]!r}"
        if event == "exec":
            name = getattr(arguments[0], "co_filename", "")
            return None if name.startswith((*OWN, *TRUSTED)) else f"exec of code of {name}"
        return None

    def _opened(self, path: object, mode: object, flags: object) -> str | None:
        if (isinstance(mode, str) and set(mode) & set("wax+")) or (isinstance(flags, int) and flags & WRITES):
            return f"open of {path!r} for writing"
        return None if isinstance(path, int) or self._may_read(path) else f"open of {path!r}"

    def _may_read(self, path: object) -> bool:
        if not isinstance(path, str | bytes | os.PathLike):
            return True
        text = os.path.normpath(os.fsdecode(path))  # without the links in it: a DAG file itself may be one
        return f"{text}{os.sep}".startswith((*TRUSTED, *SYSTEM, *self.allowed))


def _caller() -> str:
    """The functions that led here, innermost first."""
    names: list[str] = []
    frame = sys._getframe(3)
    while frame is not None and len(names) < 8:
        names.append(f"{os.path.basename(frame.f_code.co_filename)}:{frame.f_lineno}")
        frame = frame.f_back  # type: ignore[assignment]  # None at the end
    return " ".join(names)
