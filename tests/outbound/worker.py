"""A worker process: ``python -m tests.outbound.worker LEDGER PORT NOW`` delivers what is due, once."""

import sys
from dataclasses import dataclass
from datetime import datetime

from deliveryledger import Ledger
from deliveryledger.application.directory import Person
from tests.outbound.office import Office, mailer


@dataclass
class Crowd(Office):
    """Every sender has a mailbox of their own."""

    def sender(self, tenant: str, sender_id: str) -> Person | None:
        return Person(f"{sender_id}@ats.example", sender_id)


def main(place: str, port: str, now: str) -> None:
    """Deliver."""
    moment = datetime.fromisoformat(now)
    with Ledger.open(place, clock=lambda: moment, directory=Crowd()) as ledger:
        print(*ledger.outbox.deliver(mailer(int(port))), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
