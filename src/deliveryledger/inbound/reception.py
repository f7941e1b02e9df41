"""One request while it is read, and what reading it yields."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from ..classification import Evidence, Verdict, classify, said_to
from ..classification.rules.tables import HOSTS
from ..domain.failure_reason import FailureReason, Severity
from ..domain.reports import Attribution, DeliveryReport, Outcome, Quarantined, Source, utc

_WEBHOOK = Source.WEBHOOK
YEARS: Final = range(1990, 2100)
"""Of times that a provider or a mail may name. Others are an error of whoever wrote them; the year 1 could
not even be shown in every time zone."""


def plausible(moment: datetime) -> datetime:
    """The same moment in UTC. Raises ValueError for one that nobody can mean, OverflowError for none."""
    moment = utc(moment)
    if moment.year not in YEARS:
        raise ValueError("a time is before 1990 or after 2099")
    return moment


@dataclass
class Reception:
    """One request while it is read: where it came in and when, and the verdicts given so far.

    Events of one batch often carry words that are equal but for the address; they are classified once.
    Nothing outlives the request, because words are personal data.
    """

    provider: str
    account: str
    received_at: datetime
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Those that the provider's ``kept_headers`` name, in lower case; none where a part is read again."""
    part: bytes | None = field(default=None, repr=False)
    """The bytes of the event that is read now: the evidence of its reports."""
    _known: dict[tuple[str | None, str | None], tuple[Evidence, Verdict]] = field(
        default_factory=dict, repr=False
    )
    _verdicts: dict[tuple[object, ...], Verdict] = field(default_factory=dict, repr=False)

    def report(
        self,
        outcome: Outcome,
        *,
        occurred_at: datetime | None,
        recipient: str | None = None,
        message_id: str | None = None,
        tenant: str | None = None,
        provider_message_id: str | None = None,
        provider_event_id: str | None = None,
        reason: FailureReason | None = None,
        status: str | None = None,
        reply_code: int | None = None,
        diagnostic: str | None = None,
        remote_mta: str | None = None,
        rule: str | None = None,
        rules_version: str | None = None,
        vendor_class: str | None = None,
        feedback_type: str | None = None,
        attribution: Attribution = Attribution.REPORTED,
        list_reason: str | None = None,
        method: str | None = None,
        will_retry_until: datetime | None = None,
        by_machine: bool | None = None,
        url: str | None = None,
        is_ambiguous: bool | None = None,
        raw: bytes | None = None,
    ) -> DeliveryReport:
        """A report of this request; ``occurred_at`` is the provider's time, naive ones are taken as UTC.

        Raises ValueError for a time before 1990 or after 2099, which quarantines the event alone. One that
        is only in the future is kept as it was said: the ledger orders it by ``received_at``.

        The others are the fields of DeliveryReport. Empty texts should be given as None. ``raw`` is given
        where an event is about several recipients; otherwise it is the event's own bytes.
        """
        occurred_at = plausible(occurred_at) if occurred_at else self.received_at
        will_retry_until = plausible(will_retry_until) if will_retry_until else None
        if reason is not None and rule is not None:
            reason, rule = self._judged_there(recipient, remote_mta, diagnostic, status, (reason, rule))
        # Not DeliveryReport(...): a batch makes thousands, and its keywords take as long as all the rest.
        fields = (
            outcome, self.provider, occurred_at, self.account, _WEBHOOK, self.received_at, recipient,
            message_id, tenant, provider_message_id, provider_event_id, reason, status, reply_code,
            diagnostic, remote_mta, rule, rules_version, vendor_class, feedback_type, attribution,
            list_reason, method, will_retry_until, by_machine, url,
            is_ambiguous, True, None, None, raw or self.part,
        )  # fmt: skip
        return tuple.__new__(DeliveryReport, fields)

    def _judged_there(
        self,
        recipient: str | None,
        remote_mta: str | None,
        words: str | None,
        status: str | None,
        given: tuple[FailureReason, str],
    ) -> tuple[FailureReason, str]:
        """A few providers mean something else: classified again, now that it is known whose the words are."""
        place = remote_mta or recipient
        if not place or not place.lower().endswith(HOSTS):
            return given
        evidence = Evidence.gather(words, status=status)
        if classify(evidence)[:2] != given:  # a class of the provider's, or its own words
            return given
        return classify(said_to(place, evidence))[:2]

    def classify(self, words: str | None, status: str | None) -> tuple[Evidence, Verdict]:
        """Evidence and verdict for a remote server's words and the status the provider gives."""
        known = self._known.get((words, status))
        if known is None:
            evidence = Evidence.gather(words, status=status)
            verdict = self._verdicts.get(evidence.gist)
            if verdict is None:
                verdict = self._verdicts[evidence.gist] = classify(evidence)
            known = self._known[words, status] = (evidence, verdict)
        return known

    def weigh(self, words: str | None, status: str | None, vendor: FailureReason) -> tuple[Evidence, Verdict]:
        """As ``classify``, with the provider's class where that gives no reason.

        Words go before classes. A class makes a failure hard only where there are no words at all: classes
        are too coarse to silence an address on.
        """
        evidence, verdict = self.classify(words, status)
        if verdict.reason is not FailureReason.UNDETERMINED or vendor is FailureReason.UNDETERMINED:
            return evidence, verdict
        if vendor.severity is Severity.HARD and evidence.words:
            return evidence, verdict
        return evidence, Verdict(vendor, f"{self.provider}.class")

    def failure(
        self,
        words: str | None,
        status: str | None = None,
        vendor: FailureReason = FailureReason.UNDETERMINED,
    ) -> dict[str, Any]:
        """The fields of a report about a failure: reason, rule and evidence, as :meth:`weigh` finds them."""
        evidence, verdict = self.weigh(words, status, vendor)
        return {
            "reason": verdict.reason,
            "rule": verdict.rule,
            "rules_version": verdict.rules_version,
            "status": evidence.status,
            "reply_code": evidence.reply_code,
            "diagnostic": evidence.words or None,
        }


@dataclass
class Harvest:
    """What a body yields."""

    reports: list[DeliveryReport] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    quarantined: list[Quarantined] = field(default_factory=list)
    replay_key: str | None = None
    """What must not come back with another body, where the signature does not cover the body."""
    visit: str | None = None
    """A URL of the provider's that confirms this endpoint once it is visited; checked, never free text."""

    @classmethod
    def of(cls, claims: Sequence[DeliveryReport | str]) -> "Harvest":
        """Sort claims: a text says why an event is of no interest."""
        return cls(
            [claim for claim in claims if not isinstance(claim, str)],
            [claim for claim in claims if isinstance(claim, str)],
        )
