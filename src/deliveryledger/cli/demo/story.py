"""Two days in the life of a recruiter, step by step through the public API."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from ...errors import LiftRefused
from ...ledger import Ledger
from ..captures import load_secrets
from ..files import find_files
from ..ingest import Ingestion, ingest_files, refusals, summary
from . import cast
from .comparison import Comparison, rebuild_and_compare
from .stage import Stage

View = TypeVar("View", bound=BaseModel)


@dataclass
class Story:
    """What the scenes share."""

    ledger: Ledger
    path: Path
    inbox: Path
    stage: Stage
    clock: cast.StoryClock
    tz: str = "UTC"

    def tell(self) -> Comparison:
        """Everything, in order."""
        self.ledger.status()  # the read models begin empty, and follow from here on
        self.send()
        self.first_morning()
        self.look()
        self.correct()
        self.withhold()
        self.next_day()
        self.lift_after_complaint()
        self.lift_after_bounce()
        self.look_back()
        return self.rebuild()

    def ask(self, question: Callable[..., View], *about: str) -> list[View]:
        """The same question in both languages."""
        return [question(*about, lang=lang, tz=self.tz) for lang in cast.LANGUAGES]

    def send(self) -> None:
        """Five invitations."""
        self.stage.scene(
            "Monday, 08:55: five invitations go out",
            """The ATS registers each candidate's address and each message, hands the message to its e-mail
            provider, and notes the provider's id of it.""",
        )
        for candidate, name, address, message, provider, provider_message_id in cast.MESSAGES:
            self.ledger.candidate_emails.register(candidate, address, name=name, by=cast.RECRUITER)
            self.ledger.messages.register(
                candidate, sender=cast.RECRUITER, subject="Inbjudan till intervju", message_id=message
            )
            # Postmark makes the Message-ID of its id.
            header = f"<{provider_message_id}@mtasv.net>" if provider == "postmark" else None
            self.ledger.messages.mark_submitted(
                message, provider=provider, provider_message_id=provider_message_id, message_id_header=header
            )
        sent = [
            f"  {c:<8} {name:<14} {address:<28} {provider}"
            for c, name, address, _, provider, _ in cast.MESSAGES
        ]
        self.stage.lines(sent, registered=[message[3] for message in cast.MESSAGES])

    def ingest(self, folder: str) -> None:
        """Record a folder of the sample inbox, by the code of ``deliveryledger ingest``."""
        ingestion = Ingestion(self.ledger, load_secrets(self.inbox / "secrets.json"), clock=self.clock)
        root = self.inbox / folder
        ingest_files(ingestion, [(file, file.path.name) for file in find_files([root])])
        self.stage.lines([*(f"  {line}" for line in summary(ingestion))], **ingestion.counts)
        if refused := list(refusals(ingestion)):
            self.stage.lines(refused, refused=[entry._asdict() for entry in ingestion.refused])

    def first_morning(self) -> None:
        """What the providers report."""
        self.clock.set(16, 9, 40)
        self.stage.scene(
            "Monday, 09:40: what the providers report",
            """Requests of two providers and a mail: a hard bounce that comes twice, a final bounce that
            overtakes the deferral before it, a complaint by webhook and by mail, an event nobody can read in
            the middle of a batch, a report about a message that is not ours, and a forged request.""",
        )
        self.ingest("1-first-morning")

    def look(self) -> None:
        """Card, bell and filter."""
        self.clock.set(16, 9, 45)
        card, bell, filter_ = self.ledger.candidate_card, self.ledger.bell, self.ledger.recipient_filter
        self.stage.scene(
            "The candidate card says what happened, why, and what to do",
            "Every answer is there in Swedish and in English.",
        )
        self.stage.view("card", *self.ask(card, "cand-7"))
        self.stage.scene("The bell tells the sender", "Once for each candidate and address, never twice.")
        self.stage.view("bell", *self.ask(bell, cast.RECRUITER))
        self.stage.scene(
            "The recipient filter stops further mail",
            """A hard bounce and a complaint put an address there in the same transaction; Cecilia's full
            mailbox does not.""",
        )
        self.stage.view("filter", *self.ask(filter_))

    def correct(self) -> None:
        """The address is corrected, and the message sent again."""
        self.clock.set(16, 10, 0)
        self.stage.scene(
            "Monday, 10:00: correct the address and send again, in one step",
            """The misspelt address stays on the filter and in the log; the corrected one starts clean. Doing
            it twice is doing it once.""",
        )
        corrections = [
            self.ledger.candidate_emails.correct(
                "cand-7", "anna.svensson@gmail.com", grounds="typo", by=cast.RECRUITER, resend=["msg-101"]
            )
            for _ in range(2)
        ]
        first, second = (correction.resent[0] for correction in corrections)
        self.ledger.messages.mark_submitted(
            first.id, provider="postmark", provider_message_id=cast.OF_ANNAS_SECOND_MESSAGE
        )
        self.stage.lines(
            [
                f"  the first time   {'address changed' if corrections[0].changed else 'nothing changed'}, "
                f"message sent again as a new one",
                f"  the second time  {'address changed' if corrections[1].changed else 'nothing changed'}, "
                f"{'the same new message' if first.id == second.id else 'another message'}",
            ],
            changed=[correction.changed for correction in corrections],
        )
        self.stage.view("card", self.ask(self.ledger.candidate_card, "cand-7")[1])

    def withhold(self) -> None:
        """Who complained gets no mail."""
        self.clock.set(16, 10, 5)
        self.stage.scene(
            "Monday, 10:05: another message to somebody who complained",
            "It is registered, withheld, and the caller is told at once.",
        )
        message = self.ledger.messages.register(
            "cand-8", sender=cast.RECRUITER, subject="Ny tid för intervjun", message_id="msg-112"
        )
        self.stage.lines([f"  {message.withheld}"], withheld=not message.may_be_sent)
        self.stage.view("card", self.ask(self.ledger.candidate_card, "cand-8")[1])

    def next_day(self) -> None:
        """More reports."""
        self.clock.set(17, 9, 0)
        self.stage.scene(
            "Tuesday, 09:00: the rest of the inbox",
            """Anna's message arrived. David's server took the message yesterday and sends it back today:
            a late bounce, by mail and once more by webhook. Björn has dragged the message back to his
            inbox, and his provider says so (not-spam): that withdraws the complaint. It lifts nothing by
            itself.""",
        )
        self.ingest("2-next-day")

    def lift_after_complaint(self) -> None:
        """Four eyes."""
        self.clock.set(17, 9, 30)
        filters = self.ledger.suppression_filters
        address = cast.MESSAGES[1][2]
        self.stage.scene(
            "Tuesday, 09:30: lifting after a complaint takes consent and two people",
            """The consent is there, by the withdrawal. Sara of support asks for the removal, and may not
            approve it herself.""",
        )
        request = filters.request_removal(address, by=cast.SUPPORT, evidence="not-spam report of 17 November")
        try:
            filters.approve(request.id, by=cast.SUPPORT)
        except LiftRefused as refused:
            self.stage.lines(
                [f"  {cast.SUPPORT}: refused, missing: {', '.join(refused.missing)}"], missing=refused.missing
            )
        lifted = filters.approve(request.id, by=cast.SUPERVISOR)
        resent = [self.ledger.messages.resend(message, by=cast.RECRUITER) for message in lifted.withheld]
        for number, message in enumerate(resent):
            self.ledger.messages.mark_submitted(
                message.id, provider="postmark", provider_message_id=f"{cast.OF_RESENT_MESSAGES}{number}"
            )
        self.stage.lines(
            [
                f"  {cast.SUPERVISOR}: lifted ({', '.join(lifted.causes)})",
                f"  withheld meanwhile and now sent again: {', '.join(lifted.withheld)}",
            ],
            lifted=lifted.causes,
            withheld=lifted.withheld,
            may_be_sent=[message.may_be_sent for message in resent],
        )
        self.stage.view("card", self.ask(self.ledger.candidate_card, "cand-8")[0])

    def lift_after_bounce(self) -> None:
        """Evidence."""
        self.clock.set(17, 9, 40)
        filters = self.ledger.suppression_filters
        address = cast.MESSAGES[3][2]
        self.stage.scene(
            "Tuesday, 09:40: lifting after a hard bounce takes evidence",
            "David says that the address is right and works again. Was the spelling checked?",
        )
        self.stage.view("card", self.ask(self.ledger.candidate_card, "cand-10")[1])
        try:
            filters.lift(address, by=cast.SUPPORT)
        except LiftRefused as refused:
            self.stage.lines(
                [f"  without evidence: refused, missing: {', '.join(refused.missing)}"],
                missing=refused.missing,
            )
        lifted = filters.lift(
            address, by=cast.SUPPORT, evidence="spelling checked twice, by phone with the candidate"
        )
        self.stage.lines([f"  with evidence: lifted ({', '.join(lifted.causes)})"], lifted=lifted.causes)

    def look_back(self) -> None:
        """Activity log, bell and filter."""
        self.clock.set(17, 10, 0)
        self.stage.scene(
            "The activity log keeps everything",
            "Both addresses, who did what, and when; newest first.",
        )
        self.stage.view("activity", *self.ask(self.ledger.activity, "cand-7"))
        self.stage.scene("The bell and the filter afterwards", "What was dealt with stays, and says by whom.")
        self.stage.view("bell", self.ask(self.ledger.bell, cast.RECRUITER)[1])
        self.stage.view("filter", self.ask(self.ledger.recipient_filter)[1])

    def rebuild(self) -> Comparison:
        """The proof that the read models are computed from the log and from nothing else."""
        self.stage.scene(
            "Everything again, from the log",
            """So far each event was added to the read models as it came. Now they are computed anew from the
            log alone, and every row is compared.""",
        )
        comparison = rebuild_and_compare(self.ledger, self.path)
        result = (
            f"different: {', '.join(comparison.different)}" if comparison.different else "equal, row by row"
        )
        self.stage.lines(
            [f"  {comparison.events} events, {comparison.tables} tables, {comparison.rows} rows: {result}"],
            **comparison._asdict(),
        )
        return comparison
