"""Passwords and access tokens, fetched when they are needed: a token is gone within the hour."""

import os
import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Final

from ...errors import InvalidInput, MailboxUnavailable

Secret = Callable[[], str]
"""Gives a password or a token; asked anew for every connection."""
_ATTEMPTED: Final = "fetch the secret of a mailbox"
_SECONDS: Final = 60.0
"""In which a command must have answered."""


def from_environment(variable: str) -> Secret:
    """The value of an environment variable. Asking raises InvalidInput where it is not set."""

    def secret() -> str:
        value = os.environ.get(variable, "")
        if not value:
            raise InvalidInput(_ATTEMPTED, f"{variable} is not set", "set it, or name another")
        return value

    return secret


def from_file(path: str | os.PathLike[str]) -> Secret:
    """The content of a file without the line end. Asking raises InvalidInput where it cannot be read."""

    def secret() -> str:
        try:
            value = Path(path).read_text(encoding="utf-8-sig").rstrip("\r\n")
        except (OSError, ValueError):
            value = ""
        if not value:
            raise InvalidInput(_ATTEMPTED, "the file is empty, or cannot be read", "check it and its rights")
        return value

    return secret


def from_command(command: str) -> Secret:
    """What a program prints, as the access token of OAuth2; no shell is asked.

    Asking raises InvalidInput where there is no such program, MailboxUnavailable where it fails.
    """

    def secret() -> str:
        try:
            arguments = shlex.split(command)
            ran = subprocess.run(arguments, stdout=subprocess.PIPE, timeout=_SECONDS, check=True, text=True)  # noqa: S603
        except (subprocess.SubprocessError, UnicodeDecodeError):
            value = ""
        except (OSError, ValueError, IndexError):
            raise InvalidInput(
                _ATTEMPTED, "the command cannot be run", "check its name and its rights"
            ) from None
        else:
            value = ran.stdout.strip()
        if not value:
            raise MailboxUnavailable(_ATTEMPTED, "the command failed, or printed nothing", "run it by hand")
        return value

    return secret
