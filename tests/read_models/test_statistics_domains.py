"""Statistics by domain: few candidates stand together, and an erased message has no domain."""

from deliveryledger import Ledger
from deliveryledger.domain.failure_reason import FailureReason
from deliveryledger.read_models.statistics import ERASED_DOMAINS, FEWEST_CANDIDATES, NO_DOMAIN, OTHER_DOMAINS
from tests.application.world import Clock, send, tell
from tests.projections.tables import tables
from tests.read_models.counted import DOMAIN, bounced, clock, ledger, rows, sent

__all__ = ["clock", "ledger"]


def test_domains_of_few_candidates_stand_together(ledger: Ledger) -> None:
    for number in range(FEWEST_CANDIDATES):
        sent(ledger, number)
    for number in range(10, 10 + FEWEST_CANDIDATES - 1):
        sent(ledger, number, "Byron.example")
    sent(ledger, 20, "lovelace.example")
    view = ledger.statistics(by="domain")
    assert rows(view, "domain", "sent") == [(OTHER_DOMAINS, 3), (DOMAIN, 3)]
    assert "lovelace.example" not in view.model_dump_json() + str(view) + view.csv()
    assert rows(ledger.statistics(by="domain", domain="LOVELACE.example"), "domain", "sent") == [
        ("lovelace.example", 1)
    ]


def test_many_messages_to_one_candidate_do_not_make_a_domain_public(ledger: Ledger) -> None:
    ledger.candidate_emails.register("cand-1", "ada@lovelace.example", by="rec-3")
    for number in range(20):
        send(ledger, "cand-1", f"msg-{number}")
    assert rows(ledger.statistics(by="domain"), "domain", "sent") == [(OTHER_DOMAINS, 20)]


def test_what_is_no_address_has_no_domain(ledger: Ledger) -> None:
    for number, typed in enumerate(["ada lovelace", "ada@gmail,com", "ada@home@firma.se"]):
        ledger.candidate_emails.register(f"cand-{number}", typed, by="rec-3")
        ledger.messages.register(f"cand-{number}", sender="rec-3", subject="x", message_id=f"msg-{number}")
    view = ledger.statistics(by="domain")
    assert rows(view, "domain", "withheld") == [(NO_DOMAIN, 3)]


def test_an_address_with_other_letters_has_the_same_domain(ledger: Ledger) -> None:
    for number, domain in enumerate(
        ["räksmörgås.example", "RÄKSMÖRGÅS.example", "xn--rksmrgs-5wao1o.example"]
    ):
        sent(ledger, number, domain)
    assert rows(ledger.statistics(by="domain"), "domain", "sent") == [("xn--rksmrgs-5wao1o.example", 3)]


def test_an_erasure_takes_the_domain_and_leaves_the_count(ledger: Ledger, clock: Clock) -> None:
    for number in range(FEWEST_CANDIDATES + 1):
        tell(ledger, bounced(sent(ledger, number), clock, FailureReason.MAILBOX_UNKNOWN))
    ledger.statistics()
    ledger.erase("cand-0", by="dpo")
    view = ledger.statistics(by="domain")
    assert rows(view, "domain", "hard_bounces") == [(ERASED_DOMAINS, 1), (DOMAIN, 3)]
    kept = tables(ledger)
    ledger.rebuild()
    assert tables(ledger) == kept
    assert ledger.statistics(by="domain") == view
    ledger.erase("cand-1", by="dpo")
    assert rows(ledger.statistics(by="domain"), "domain", "sent") == [(ERASED_DOMAINS, 2), (OTHER_DOMAINS, 2)]
