"""A key wrapper that is a program: the command line of a KMS, Vault, ``systemd-creds``."""

import os
import selectors
import shlex
import signal
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from ..errors import InvalidInput, KeyWrapperFailed
from ..privacy.keys import KEY_BYTES

_LONGEST_ANSWER = 32 * 1024
_ATTEMPTED = "run the key command"


@dataclass(frozen=True)
class KeyCommand:
    """Runs ``argv wrap CONTEXT`` and ``argv unwrap CONTEXT``, without a shell.

    ``wrap`` gets the key as 64 hexadecimal digits on standard input and writes whatever it likes (at most
    32 KiB); ``unwrap`` gets exactly that and writes the digits. What it writes to standard error is not
    read. Nobody waits longer than ``timeout``, in seconds: then it is killed, with what it started; only
    what has left its session goes on, and is not waited for.
    """

    argv: Sequence[str]
    timeout: float = 10.0

    def __post_init__(self) -> None:
        if isinstance(self.argv, str | bytes) or not self.argv or not all(self.argv):
            raise InvalidInput("take a key command", "it is not a list of words", "give ['program', 'word']")

    @classmethod
    def parse(cls, text: str) -> "KeyCommand":
        """From one line, split as a shell would. Raises InvalidInput."""
        try:
            return cls(tuple(shlex.split(text)))
        except ValueError:
            raise InvalidInput("take a key command", "its quotes do not match", "quote it properly") from None

    def wrap(self, key: bytes, context: str) -> bytes:
        """The key, wrapped. Raises KeyWrapperFailed."""
        return self._run("wrap", context, key.hex().encode() + b"\n")

    def unwrap(self, wrapped: bytes, context: str) -> bytes:
        """The key. Raises KeyWrapperFailed."""
        answer = self._run("unwrap", context, wrapped)
        try:
            key = bytes.fromhex(answer.decode("ascii").strip())
        except ValueError:
            key = b""
        if len(key) != KEY_BYTES:
            raise _failed("its answer is not 64 hexadecimal digits")
        return key

    def _run(self, verb: str, context: str, given: bytes) -> bytes:
        try:
            process = subprocess.Popen(  # noqa: S603  # the operator names the program
                [*self.argv, verb, context],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,  # it may quote what it was given
                bufsize=0,
                start_new_session=True,
            )
        except OSError as error:
            raise _failed(f"it cannot be started ({error.strerror})") from None
        deadline = time.monotonic() + self.timeout
        with process:
            try:
                answer = _talk(process, given, deadline)
                code = process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                raise _failed(f"it did not answer within {self.timeout:g} seconds") from None
            finally:
                if process.returncode is None:
                    with suppress(ProcessLookupError):
                        os.killpg(process.pid, signal.SIGKILL)
        if code != 0:
            raise _failed(f"it ended with code {code}")
        return answer


def _talk(process: "subprocess.Popen[bytes]", given: bytes, deadline: float) -> bytes:
    """What it writes until it closes its output. Raises TimeoutExpired, whoever may still hold it open."""
    into, out = process.stdin, process.stdout
    if into is None or out is None:
        raise AssertionError  # both are pipes
    answer, left = b"", given
    with selectors.DefaultSelector() as pipes:
        for pipe, way in ((into, selectors.EVENT_WRITE), (out, selectors.EVENT_READ)):
            os.set_blocking(pipe.fileno(), False)
            pipes.register(pipe, way)
        while (seconds := deadline - time.monotonic()) > 0:
            for ready, _ in pipes.select(seconds):
                if ready.fileobj is into:
                    left = left[_write(into.fileno(), left) :]
                    if not left:
                        pipes.unregister(into)
                        into.close()
                    continue
                part = os.read(out.fileno(), _LONGEST_ANSWER)
                answer += part
                if len(answer) > _LONGEST_ANSWER:
                    raise _failed(f"its answer is longer than {_LONGEST_ANSWER} bytes")
                if not part:
                    return answer
    raise subprocess.TimeoutExpired(process.args, 0)


def _write(pipe: int, given: bytes) -> int:
    try:
        return os.write(pipe, given)
    except BrokenPipeError:
        return len(given)  # its exit code says why it does not listen


def _failed(obstacle: str) -> KeyWrapperFailed:
    return KeyWrapperFailed(_ATTEMPTED, obstacle, "run it by hand with `wrap test` and look")
