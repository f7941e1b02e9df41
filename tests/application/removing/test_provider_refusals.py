"""What a provider refuses, brought about through the ledger: its type, and its sentence."""

from collections.abc import Iterator

import pytest

from deliveryledger import Ledger
from deliveryledger.advice.refusals import explain_error, explain_kept
from deliveryledger.application.carried_out import CarriedOut, Keeps
from deliveryledger.application.policies import Policies
from deliveryledger.application.suppression_lists import ListEntry
from deliveryledger.domain.failure_reason import FailureReason
from deliveryledger.domain.reports import Outcome
from deliveryledger.domain.suppression_filter.events import Cause
from deliveryledger.errors import (
    DeliveryLedgerError,
    ProviderRefused,
    ProviderUnavailable,
)
from deliveryledger.outbound import suppression_lists
from deliveryledger.testing import ADDRESS
from tests.application.lists import ListInMemory
from tests.application.world import Clock, about, send, tell
from tests.outbound.imitations.postmark import Postmark
from tests.outbound.imitations.vendor import Told, serving


def explained(error: DeliveryLedgerError) -> tuple[str | None, str | None]:
    """In Swedish and in English; nobody's address is in what ends up in a log."""
    assert ADDRESS not in str(error)
    return explain_error(error, lang="sv"), explain_error(error, lang="en")


@pytest.fixture
def approved(clock: Clock) -> Iterator[Ledger]:
    """The removal of Ada's address is approved; Postmark has to confirm it."""
    with Ledger.open(":memory:", clock=clock, policies=Policies(provider_lists=("postmark/main",))) as ledger:
        ledger.candidate_emails.register("cand-7", ADDRESS, by="rec-3")
        send(ledger, "cand-7", "msg-1")
        unknown = FailureReason.MAILBOX_UNKNOWN
        tell(ledger, about("msg-1", Outcome.BOUNCED, clock.move(minutes=5), reason=unknown))
        asked = ledger.suppression_filters.request_removal(ADDRESS, by="sup-1", evidence="phone")
        ledger.suppression_filters.approve(asked.id, by="sup-2")
        yield ledger


@pytest.mark.parametrize(
    ("why", "said"),
    [
        (
            "complaint",
            (
                "Mottagaren har klagat. Bara mottagaren kan ta bort adressen hos leverantören.",
                "The recipient complained. Only the recipient can have the address removed at the provider.",
            ),
        ),
        (
            "compliance",
            (
                "Leverantören behåller adressen av efterlevnadsskäl.",
                "The provider keeps the address for compliance reasons.",
            ),
        ),
        (
            "admin_blocked",
            (
                "Leverantörens personal har spärrat adressen. Kontakta leverantörens support.",
                "The provider’s staff blocked the address. Contact the provider’s support.",
            ),
        ),
        (
            "not_removable",
            (
                "Leverantören tillåter inte att adressen tas bort. Kontakta leverantörens support.",
                "The provider does not let the address be removed. Contact the provider’s support.",
            ),
        ),
    ],
)
def test_a_provider_that_keeps_an_address_says_why(approved: Ledger, why: str, said: tuple[str, str]):
    theirs = ListInMemory("postmark", "main", ListEntry(ADDRESS, Cause.HARD_BOUNCE))
    theirs.keeps[ADDRESS.lower()] = why
    done = approved.provider_lists.carry_out([theirs])
    assert done.refused == [Keeps(ADDRESS, "default", "postmark", "main", why)]
    kept = done.refused[0].why
    assert (explain_kept(kept, lang="sv"), explain_kept(kept, lang="en")) == said
    assert not approved.suppression_filters.may_send(ADDRESS)


@pytest.fixture
def postmark() -> Iterator[Postmark]:
    with serving(Postmark()) as vendor:
        vendor.put(ADDRESS, Cause.HARD_BOUNCE)
        yield vendor


def carried_out(ledger: Ledger, vendor: Postmark, secrets: dict[str, str]) -> CarriedOut:
    lists = suppression_lists.get("postmark", "main", secrets, base_url=vendor.url, tries=1)
    done = ledger.provider_lists.carry_out([lists])
    lists.close()
    assert (done.lifted, len(done.waiting), list(done.failed)) == ([], 1, ["postmark/main"])
    assert not ledger.suppression_filters.may_send(ADDRESS)
    assert vendor.has(ADDRESS)
    return done


def test_a_provider_that_knows_no_such_credentials_needs_an_administrator(
    approved: Ledger, postmark: Postmark
):
    error = carried_out(approved, postmark, Postmark.WRONG_SECRETS).failed["postmark/main"]
    assert isinstance(error, ProviderRefused)
    assert Postmark.WRONG_SECRETS["server_token"] not in str(error)
    assert explained(error) == (
        "Leverantören nekade åtkomst. En administratör måste kontrollera kontot.",
        "The provider denied access. An administrator must check the account.",
    )


def test_a_provider_that_is_away_is_asked_later(approved: Ledger, postmark: Postmark):
    postmark.always = Told(503, headers=(("retry-after", "7"),))
    error = carried_out(approved, postmark, Postmark.SECRETS).failed["postmark/main"]
    assert isinstance(error, ProviderUnavailable)
    assert error.retry_after == 7
    assert explained(error) == (
        "Leverantören svarar inte just nu. Försök igen senare.",
        "The provider is not answering at the moment. Try again later.",
    )
