"""The law: any order, any repetition and any batches of the same reports give the same cards and causes."""

from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from deliveryledger.domain.reports import DeliveryReport
from tests.properties.worlds import open_ledger, picture, populate, record, reports


def batches(items: list[DeliveryReport], cuts: list[int]) -> list[list[DeliveryReport]]:
    places = [0, *sorted({cut % (len(items) + 1) for cut in cuts}), len(items)]
    return [items[start:end] for start, end in pairwise(places)]


def after(items: list[DeliveryReport], cuts: list[int], *, rotated: bool = False) -> dict[str, Any]:
    """``rotated``: the secret of the address keys is replaced before every batch."""
    with open_ledger() as ledger:
        populate(ledger)
        for batch in batches(items, cuts):
            if rotated:
                ledger.keys.rotate_address_secret()
            record(ledger, batch)
        return picture(ledger)


@settings(max_examples=120)
@given(st.data())
def test_any_order_repetition_and_batches_give_the_same_cards_and_causes(data: st.DataObject):
    known = data.draw(st.lists(reports(), max_size=8), label="reports")
    again = data.draw(
        st.lists(st.sampled_from(known), max_size=4) if known else st.just([]), label="repeated"
    )
    shuffled = data.draw(st.permutations(known + again), label="in this order")
    cuts = data.draw(st.lists(st.integers(0, 12), max_size=3), label="cut at")
    rotated = data.draw(st.booleans(), label="with new secrets in between")
    assert after(shuffled, cuts, rotated=rotated) == after(known, [])
