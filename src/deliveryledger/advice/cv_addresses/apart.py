"""A CV is read in a process of its own: whatever the file does to its reader, it ends at the limits.

A new interpreter, no fork: the caller may have threads, locks and connections that a fork would tear apart.
"""

import json
import subprocess
import sys
from contextlib import suppress
from dataclasses import asdict, replace
from typing import Any, Final

from ...errors import MissingExtra
from .limits import Limits, UnreadableCv, Watch, too_greedy, too_slow
from .reading import CvAddress, CvReading, read_here

_START: Final = "import json,sys; sys.path[:]=json.loads(sys.argv[1]); from {0} import main; main()"
_GRACE: Final = 0.5
"""Seconds that the process gets on top to say itself that time is up."""


def read_apart(data: bytes, name: str | None, limits: Limits) -> CvReading:
    """Read a CV in a process of its own. Raises UnreadableCv, MissingExtra."""
    if len(data) > limits.size:
        raise UnreadableCv(f"it has more than {limits.size:,} bytes")
    request = json.dumps({"name": name, "limits": asdict(limits)}).encode()
    command = [sys.executable, "-I", "-c", _START.format(__name__), json.dumps(sys.path)]
    try:
        process = subprocess.Popen(  # noqa: S603  # our own interpreter
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
    except OSError as error:
        raise UnreadableCv(
            f"no process can be started to read it in ({error.strerror})", "try again, or set apart=False"
        ) from None
    with process:
        try:
            answer, _ = process.communicate(request + b"\n" + data, limits.seconds + _GRACE)
        except subprocess.TimeoutExpired:
            raise too_slow(limits) from None
        finally:
            process.kill()
    return _understood(answer, process.returncode, limits)


def _understood(answer: bytes, code: int, limits: Limits) -> CvReading:
    try:
        said: dict[str, Any] = json.loads(answer)
    except ValueError:
        # Ended by the system: a signal of the limits, or of a reader that fell over its own feet.
        raise (too_slow(limits) if code == -_SIGXCPU else UnreadableCv(_CRASH)) from None
    if "missing" in said:
        raise MissingExtra("cv", said["missing"])
    if "obstacle" in said:
        raise UnreadableCv(said["obstacle"], said["remedy"])
    return CvReading(tuple(CvAddress(*each) for each in said["addresses"]), said["readable"])


_SIGXCPU: Final = 24
_CRASH: Final = "its reader is brought down by it, or takes more memory than it may"


def main() -> None:
    """The other side: a line of JSON and the file on standard input, a line of JSON on standard output."""
    asked = json.loads(sys.stdin.buffer.readline())
    limits = Limits(**asked["limits"])
    _bind(limits)
    data = sys.stdin.buffer.read()
    # The foreign readers print what they think of a file.
    out, sys.stdout = sys.stdout, sys.stderr
    answer: dict[str, Any]
    try:
        reading = read_here(data, asked["name"], Watch(replace(limits, apart=False), alone=True))
        answer = {
            "addresses": [(each.address, each.page, each.how, each.whose) for each in reading.addresses],
            "readable": reading.readable,
        }
    except MissingExtra as error:
        answer = {"missing": error.package}
    except UnreadableCv as error:
        answer = {"obstacle": error.obstacle, "remedy": error.remedy}
    except MemoryError:
        greedy = too_greedy(limits)
        answer = {"obstacle": greedy.obstacle, "remedy": greedy.remedy}
    json.dump(answer, out)
    out.flush()


def _bind(limits: Limits) -> None:
    """Let the system end this process where it takes too much (not on Windows; memory on Linux only)."""
    with suppress(ImportError):
        import resource

        bounds = {
            resource.RLIMIT_CPU: int(limits.seconds) + 1,
            resource.RLIMIT_FSIZE: 0,
            resource.RLIMIT_CORE: 0,
        }
        if sys.platform == "linux":
            bounds[resource.RLIMIT_AS] = limits.memory
        for what, bound in bounds.items():
            with suppress(ValueError, OSError):
                resource.setrlimit(what, (bound, bound))
