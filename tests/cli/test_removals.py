"""The filter's life at a terminal: what is refused says what is missing, in one's own language."""

import pytest

from deliveryledger import Ledger
from deliveryledger.cli.exit_codes import ExitCode
from deliveryledger.domain.reports import Outcome
from deliveryledger.ledger import utc_now
from deliveryledger.testing import AT_BOUNCE
from tests.application.world import about, tell
from tests.cli.conftest import Cli

ADA = "ada@gmial.com"


@pytest.fixture
def complained(cli: Cli, ada: str) -> Cli:
    """Ada's address is on the filter after a complaint."""
    with Ledger.open("ledger.db") as ledger:
        tell(ledger, about("msg-1", Outcome.COMPLAINED, AT_BOUNCE))
    return cli


def asked(cli: Cli) -> str:
    return cli("request-removal", ADA, "--evidence", "phone, 14 Nov", "--by", "sup-1", "--json").json["id"]


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        (
            "sv",
            "Mottagarens eget samtycke saknas. Borttagning efter klagomål måste godkännas av en annan",
        ),
        (
            "en",
            "The recipient’s own consent is missing. Removal after a complaint must be approved by another",
        ),
    ],
)
def test_a_refusal_says_what_is_missing(complained: Cli, lang: str, said: str) -> None:
    refused = complained("approve", asked(complained), "--by", "sup-1", "--lang", lang)
    assert refused.code == ExitCode.REFUSED
    assert said in refused.err


def test_consent_and_a_second_person_lift_it(complained: Cli) -> None:
    request = asked(complained)
    assert "ada@gmial.com" in complained("removals").out
    assert complained("consent", ADA, "--evidence", "mail of 14 Nov", "--by", "sup-1").code == ExitCode.OK
    lifted = complained("approve", request, "--by", "sup-2")
    assert lifted.out == "off the recipient filter (complaint)\n"
    assert "Ingen begäran väntar." in complained("removals", "--lang", "sv").out


def test_a_second_removal_soon_after_needs_an_administrator(cli: Cli, ada: str, complained: Cli) -> None:
    complained("consent", ADA, "--evidence", "mail", "--by", "sup-1")
    complained("approve", asked(complained), "--by", "sup-2")
    with Ledger.open("ledger.db") as ledger:
        tell(ledger, about("msg-1", Outcome.COMPLAINED, utc_now()))
    complained("consent", ADA, "--evidence", "mail", "--by", "sup-1")
    request = asked(complained)
    refused = complained("approve", request, "--by", "sup-2", "--lang", "sv")
    assert "En administratör måste godkänna det igen." in refused.err
    assert complained("approve", request, "--by", "sup-2", "--as-administrator").code == ExitCode.OK


def test_rejects_with_a_note_and_suppresses_by_hand(complained: Cli) -> None:
    assert complained("reject", asked(complained), "--by", "sup-2", "--note", "not yet").out == "rejected\n"
    assert complained("suppress", "grace@navy.example", "--by", "sup-1").code == ExitCode.OK
    assert "grace@navy.example" in complained("filter").out


def test_what_is_no_address_is_suppressed_and_said(cli: Cli, ada: str) -> None:
    assert "it is no e-mail address" in cli("suppress", "not-an-address", "--by", "sup-1").out
    assert cli("suppress", "not-an-address", "--by", "sup-1", "--json").json == {
        "suppressed": True,
        "is_address": False,
    }
    assert "no e-mail address" not in cli("suppress", "grace@navy.example", "--by", "sup-1").out
