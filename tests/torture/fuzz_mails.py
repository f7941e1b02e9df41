"""A minute of coverage-guided fuzzing of the mail reader, with what ``tests.torture.mails`` checks.

``python -m tests.torture.fuzz_mails [--seconds N]`` starts atheris (libFuzzer) from our sample mails, in a
process of its own because libFuzzer ends the one that it runs in. Without atheris it says so and is content.
"""

import argparse
import importlib.util
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

INSTRUMENTED = ["deliveryledger.inbound.mail", "deliveryledger.classification"]
LARGEST = 8_192
HANGS = 10
"""Seconds after which an input is a hang; coverage makes everything several times slower."""
_DONE = re.compile(r"Done (\d+) runs in (\d+) second")
_COVERED = re.compile(r"cov: (\d+)")


def fuzz(arguments: list[str]) -> None:
    """Inside the process of libFuzzer; does not return."""
    import atheris

    with atheris.instrument_imports(include=INSTRUMENTED):
        from deliveryledger.inbound.mail import read_mail
        from tests.torture.mails import NOW, check

    def one(data: bytes) -> None:
        check(read_mail(data, received_at=NOW))

    atheris.Setup([sys.argv[0], *arguments], one)
    atheris.Fuzz()


def started(seconds: int, folder: Path) -> subprocess.CompletedProcess[str]:
    """The fuzzer's process, when it has ended."""
    from tests.torture.mails import samples

    corpus = folder / "corpus"
    corpus.mkdir()
    for number, raw in enumerate(samples()):
        (corpus / str(number)).write_bytes(raw[:LARGEST])
    options = [
        f"-max_total_time={seconds}",
        f"-max_len={LARGEST}",
        f"-timeout={HANGS}",
        f"-artifact_prefix={folder}/",
    ]
    command = [sys.executable, "-m", "tests.torture.fuzz_mails", "--inside", *options, str(corpus)]
    return subprocess.run(command, capture_output=True, text=True, errors="replace")


def main() -> int:
    """Fuzz, and say how it went."""
    if sys.argv[1:2] == ["--inside"]:
        fuzz(sys.argv[2:])
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=60)
    seconds = parser.parse_args().seconds
    if importlib.util.find_spec("atheris") is None:
        version = ".".join(map(str, sys.version_info[:2]))
        print(f"mails fuzzed: not run; atheris is not installed, it may have no wheel for Python {version}")
        return 0
    since = time.monotonic()
    with tempfile.TemporaryDirectory() as made:
        ended = started(seconds, Path(made))
        found = [path.read_bytes() for path in Path(made).iterdir() if path.is_file()]
    done, covered = _DONE.search(ended.stderr), _COVERED.findall(ended.stderr)
    runs = f"{int(done[1]):,} runs" if done else "ended early"
    edges = covered[-1] if covered else "no"
    print(f"mails fuzzed for {time.monotonic() - since:.0f} s: {runs}, {edges} edges covered")
    print(f"  {len(found)} exceptions or hangs")
    if ended.returncode or found or not done:
        print(ended.stderr[-3_000:], *(f"{raw[:2_000]!r}" for raw in found), sep="\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
