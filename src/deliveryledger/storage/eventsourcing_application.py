"""The ledger as an eventsourcing application, so that the library's own classes work on our log."""

from collections.abc import Iterable
from typing import Any, cast

from eventsourcing.application import Application
from eventsourcing.persistence import Compressor, Mapper, StoredEvent, Transcoder
from eventsourcing.utils import Environment, EnvType

from ..application.envelope import Envelope
from .codec import Keys, Placed, decode_opened, encode, format_time, needs_key, recorded_at, sealed_subject
from .connections import BUSY_SECONDS
from .key_store import KeyStore


class LedgerMapper(Mapper[str]):
    """Envelopes to stored events and back, for eventsourcing's own classes; seals and opens like the log."""

    def __init__(
        self, transcoder: Transcoder, compressor: Compressor | None = None, cipher: Any = None
    ) -> None:
        super().__init__(transcoder, compressor, cipher)
        self.key_store: KeyStore | None = None

    def to_stored_event(self, domain_event: Any) -> StoredEvent:
        """Encode an envelope."""
        envelope = cast("Envelope", domain_event)
        subject = needs_key(envelope.event)
        keys = self._keys([subject] if subject else [])
        time = format_time(envelope.recorded_at)
        data = encode(envelope.event, envelope.stream, envelope.version, time, keys)
        return StoredEvent(envelope.stream, envelope.version, type(envelope.event).__name__, data)

    def to_domain_event(self, stored_event: StoredEvent) -> Any:
        """Decode into an envelope, opened; its position is known to notifications only."""
        stream, version, name = (
            str(stored_event.originator_id),
            stored_event.originator_version,
            stored_event.topic,
        )
        subject = sealed_subject(stored_event.state)
        keys = self._keys([subject] if subject else [])
        event = decode_opened(Placed(name, stream, version), stored_event.state, keys)
        position = getattr(stored_event, "id", 0)
        return Envelope(stream, version, position, recorded_at(stored_event.state), event)

    def _keys(self, subjects: Iterable[str]) -> Keys:
        return self.key_store.fetch(subjects) if self.key_store else {}


class LedgerApplication(Application[str]):
    """The ledger as eventsourcing sees it: its notification log, its recorder, its event store."""

    name = "deliveryledger"

    def __init__(self, path: str, key_store: KeyStore, *, busy_seconds: float = BUSY_SECONDS) -> None:
        self._path = path
        self._busy_seconds = busy_seconds
        super().__init__()
        cast("LedgerMapper", self.mapper).key_store = key_store

    def construct_env(self, name: str, env: EnvType | None = None) -> Environment:
        """Ours alone: a COMPRESSOR_TOPIC or CIPHER_TOPIC of the surroundings must not change the format."""
        del env
        return Environment(
            name,
            {
                "PERSISTENCE_MODULE": "deliveryledger.storage.sqlite:LedgerFactory",
                "MAPPER_TOPIC": "deliveryledger.storage.eventsourcing_application:LedgerMapper",
                "SQLITE_DBNAME": self._path,
                "SQLITE_LOCK_TIMEOUT": str(self._busy_seconds),
                "ORIGINATOR_ID_TYPE": "text",
            },
        )
