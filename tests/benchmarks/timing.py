"""How long the sides of a comparison take, in one run."""

import gc
import time
from collections.abc import Callable


def best(rounds: int, *sides: Callable[[], object]) -> list[float]:
    """The shortest time of each side, in turn; the first round warms up."""
    times: list[list[float]] = [[] for _ in sides]
    for number in range(rounds + 1):
        for side, measured in zip(sides, times, strict=True):
            gc.collect()
            started = time.perf_counter()
            side()
            if number:
                measured.append(time.perf_counter() - started)
    return [min(measured) for measured in times]
