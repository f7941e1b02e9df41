"""The command line. Exit codes are in ``exit_codes.py``, the commands in files of their own."""

import sys

from .interrupts import Interrupts


def main() -> None:
    """Run ``deliveryledger`` with the process's arguments."""
    interrupts = Interrupts()
    interrupts.hold()
    from .app import run

    try:
        interrupts.release()
        code = run()
        interrupts.ignore()
    except KeyboardInterrupt:  # outside of a command, which tells it itself
        interrupts.ignore()
        if sys.stderr is not None:
            sys.stderr.write("\ndeliveryledger: interrupted\n")
        code = 130
    raise SystemExit(code)
