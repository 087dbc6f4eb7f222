"""Runs one program and sees to it that nothing of it stays behind. Started by path; the standard library only.

    python guard.py SIGNAL GRACE COMMAND...

It sends SIGNAL to the program when its own standard input says so or ends, as that does when whoever started it was
killed. After GRACE seconds, and in any case once the program has ended, all that it started and that still runs is
killed: the guard adopts processes that lost their parent, so it finds them in whichever group they are.
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
NOT_FOUND = 127  # as of a shell


def control(option: int, value: int) -> None:
    """`prctl`, where there is one: elsewhere a program's group is all that can be found."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)


def _children() -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            with contextlib.suppress(OSError), open(f"/proc/{name}/stat") as stat:
                parent = int(stat.read().rpartition(")")[2].split()[1])
                found.setdefault(parent, []).append(int(name))
    return found


def descendants(of: int) -> list[int]:
    """All processes below this one."""
    children = _children() if os.path.isdir("/proc/self") else {}
    found, waiting = [], [of]
    while waiting:
        below = children.get(waiting.pop(), [])
        found += below
        waiting += below
    return found


def _kill_all(group: int) -> None:
    with contextlib.suppress(OSError):
        os.killpg(group, signal.SIGKILL)
    for pid in descendants(os.getpid()):
        with contextlib.suppress(OSError):
            os.kill(pid, signal.SIGKILL)


def _watch(pid: int, number: int, grace: float) -> None:
    """Waits for the word, or the end, of whoever started the guard."""
    os.read(0, 1)
    with contextlib.suppress(OSError):
        os.kill(pid, number)
    timer = threading.Timer(grace, _kill_all, (pid,))
    timer.daemon = True
    timer.start()


def _reap(pid: int) -> int:
    """The exit status of the program; adopted processes that end before it are forgotten."""
    while True:
        ended, status = os.waitpid(-1, 0)
        if ended == pid:
            return os.waitstatus_to_exitcode(status)


def _empty(pid: int) -> None:
    """Until nothing is left: a process that is being killed may just have started another."""
    with contextlib.suppress(ChildProcessError):
        while True:
            _kill_all(pid)
            os.waitpid(-1, 0)


def main(arguments: list[str]) -> int:
    """Gives the program's exit status; 128 + N for one that signal N ended."""
    number, grace, *command = arguments
    control(PR_SET_CHILD_SUBREAPER, 1)
    # A shell starts background programs with SIGINT ignored, which Dagster's code server would never stop with.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, lambda *_: None)  # its starter decides, by the pipe
    try:
        program = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=lambda: control(PR_SET_PDEATHSIG, signal.SIGKILL),
        )
    except OSError as error:
        print(f"{command[0]}: {error.strerror}", flush=True)
        return NOT_FOUND
    threading.Thread(
        target=_watch, args=(program.pid, signal.Signals[number], float(grace)), daemon=True
    ).start()
    status = _reap(program.pid)
    _empty(program.pid)
    return 128 - status if status < 0 else status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
