"""The texts of an ATS, for commands: the file that DELIVERYLEDGER_TEXTS names."""

import json
import os
from pathlib import Path
from typing import Final

from ..advice.wording import use
from ..errors import InvalidTexts
from .files import obstacle_of

VARIABLE: Final = "DELIVERYLEDGER_TEXTS"
MAX_BYTES: Final = 4 * 1024 * 1024
_ATTEMPTED: Final = f"read the texts that {VARIABLE} names"
_REMEDY: Final = 'name a JSON file: {"key": {"language": "text"}}'


def use_texts_of_environment() -> None:
    """Put the texts of the file in the place of ours, if one is named. Raises InvalidTexts."""
    path = os.environ.get(VARIABLE)
    if not path:
        return
    try:
        with Path(path).open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise InvalidTexts(_ATTEMPTED, obstacle_of(error), _REMEDY) from None
    except ValueError:  # a NUL in it
        raise InvalidTexts(_ATTEMPTED, "no path looks like that", _REMEDY) from None
    if len(content) > MAX_BYTES:
        raise InvalidTexts(_ATTEMPTED, "the file is longer than 4 MiB", _REMEDY)
    try:
        texts = json.loads(content)
    except (ValueError, RecursionError):
        raise InvalidTexts(_ATTEMPTED, "the file is not JSON", _REMEDY) from None
    use(texts)
