"""What there is to read where files and folders are named: nothing in a folder is passed over in silence."""

import os
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import Final, NamedTuple

_KINDS: Final = {
    stat.S_IFIFO: "it is a pipe, which is read only if it is named itself",
    stat.S_IFSOCK: "it is a socket",
    stat.S_IFCHR: "it is a device",
    stat.S_IFBLK: "it is a device",
    stat.S_IFDIR: "it is a link to a folder, which is read only if it is named itself",
}
_MAILDIR: Final = frozenset(("cur", "new", "tmp"))
"""A folder with these three is a Maildir (cr.yp.to/proto/maildir.html)."""
_DELIVERED: Final = ("cur", "new")
"""Where its mails lie. In ``tmp`` they are being written; what else lies in it belongs to its server."""


class Found(NamedTuple):
    """Something to read; or, with an ``obstacle``, something that cannot be, and why."""

    path: Path
    obstacle: str | None = None


def find_files(paths: Iterable[Path], *, without: Path | None = None) -> list[Found]:
    """What is named, and what lies in the folders that are named, sorted.

    What is named is read, whatever it is: a pipe too, as the shell's ``<(…)`` makes one. In a folder
    regular files are; anything else is found with an obstacle, because a pipe that nobody writes to would be
    waited for without end. Hidden files and folders are left out, and the file ``without``; of a Maildir
    everything that is no delivered mail.
    """
    found: dict[Path, Found] = {}
    for path in paths:
        for each in _within(path) if path.is_dir() else [Found(path)]:
            if without is None or not _is_same(each.path, without):
                found.setdefault(each.path, each)
    return list(found.values())


def obstacle_of(error: OSError) -> str:
    """What stands in the way, in the system's words without the file's name."""
    return error.strerror or type(error).__name__


def _within(folder: Path) -> list[Found]:
    """The files of a folder and its folders; links to folders are not followed, they may lead in circles."""
    found: list[Found] = []

    def refuse(error: OSError) -> None:
        found.append(Found(Path(error.filename), obstacle_of(error)))

    for parent, folders, files in os.walk(folder, onerror=refuse):
        if _MAILDIR.issubset(folders):
            folders[:], files = [name for name in folders if name in _DELIVERED], []
        folders[:] = _not_hidden(folders)
        links = [name for name in folders if Path(parent, name).is_symlink()]
        for name in [*_not_hidden(files), *links]:
            path = Path(parent, name)
            found.append(Found(path, _obstacle(path)))
    return sorted(found, key=lambda each: each.path)


def _not_hidden(names: Iterable[str]) -> list[str]:
    return [name for name in names if not name.startswith(".")]


def _obstacle(path: Path) -> str | None:
    try:
        kind = stat.S_IFMT(path.stat().st_mode)
    except FileNotFoundError as error:
        return "it is a link that leads nowhere" if path.is_symlink() else obstacle_of(error)
    except OSError as error:
        return obstacle_of(error)
    return None if kind == stat.S_IFREG else _KINDS.get(kind, "it is not a regular file")


def _is_same(path: Path, other: Path) -> bool:
    try:
        return path.samefile(other)
    except OSError:
        return False
