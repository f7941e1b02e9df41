"""Every request of the project's own corpus, where it is beside this checkout."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.inbound.corpus import ABSENT, cases, read, wrong_with


def parameters() -> Iterator[Any]:
    found = [pytest.param(case, id=case["id"]) for case in cases()]
    yield from found or [pytest.param(None, marks=pytest.mark.skip(reason=ABSENT), id="corpus")]


@pytest.mark.parametrize("case", list(parameters()))
def test_reads_what_the_provider_sent(case: dict[str, Any]):
    assert wrong_with(case, read(case)) == []
