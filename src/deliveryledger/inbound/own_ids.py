"""Our own ids, where they come back: in a webhook's metadata, or in a header of a returned mail."""

from collections.abc import Mapping
from typing import Final

from pydantic_core import from_json

from ..domain.identifiers import check_id, check_tenant
from ..errors import InvalidIdentifier

METADATA_MESSAGE: Final = "deliveryledger_message_id"
METADATA_TENANT: Final = "deliveryledger_tenant"
HEADER_MESSAGE: Final = "x-deliveryledger-message-id"
HEADER_TENANT: Final = "x-deliveryledger-tenant"


def own_ids_in(metadata: object) -> tuple[str | None, str | None]:
    """As :func:`own_ids`, of metadata that came back: an object, or the text of a JSON object."""
    if isinstance(metadata, str):
        try:
            metadata = from_json(metadata)
        except ValueError:
            return None, None
    if not isinstance(metadata, Mapping):
        return None, None
    return own_ids(metadata.get(METADATA_MESSAGE), metadata.get(METADATA_TENANT))


def own_ids(message_id: object, tenant: object) -> tuple[str | None, str | None]:
    """Message id and tenant, where they can be ours. Anybody can write a header; what cannot be is None."""
    if not isinstance(message_id, str) or not message_id:
        return None, None
    try:
        check_id(message_id, "message id")
        owner = check_tenant(tenant) if isinstance(tenant, str) and tenant else None
    except InvalidIdentifier:
        return None, None
    return message_id, owner
