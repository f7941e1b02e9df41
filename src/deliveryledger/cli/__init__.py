"""The command line. Exit codes are in ``exit_codes.py``, the commands in files of their own."""


def main() -> None:
    """Run ``deliveryledger`` with the process's arguments."""
    from .app import run

    raise SystemExit(run())
