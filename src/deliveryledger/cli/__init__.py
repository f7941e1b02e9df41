"""The command line. Exit codes are in ``exit_codes.py``, the commands in files of their own."""


def main() -> None:
    """Run ``deliveryledger`` with the process's arguments."""
    try:
        from .app import run

        code = run()
    except KeyboardInterrupt:  # while it was still loading
        code = 130
    raise SystemExit(code)
