"""Personal fields: declared in the event's type, sealed by the codec, forgotten with the subject's key."""

from typing import Annotated, Final, get_args, get_origin

from pydantic import BaseModel

SEALED: Final = "[sealed]"
"""What a personal field says when its event was loaded without opening it."""
ERASED: Final = "[erased]"
"""What a personal field says once the data subject's key was destroyed."""


class Personal:
    """Marks an event field as personal data: ``Annotated[str, Personal()]``.

    ``address=True`` marks e-mail addresses, whose placeholder after an erasure still looks like one.
    """

    def __init__(self, *, address: bool = False) -> None:
        self.address = address


PersonalText = Annotated[str, Personal()]
PersonalAddress = Annotated[str, Personal(address=True)]


def _mark(annotation: object, metadata: list[object]) -> Personal | None:
    for candidate in metadata:
        if isinstance(candidate, Personal):
            return candidate
    if get_origin(annotation) is Annotated:
        return _mark(None, list(get_args(annotation)[1:]))
    for argument in get_args(annotation):
        if (found := _mark(argument, [])) is not None:
            return found
    return None


def personal_fields(model: type[BaseModel]) -> dict[str, Personal]:
    """Name -> mark of every personal field of an event class."""
    marks = {name: _mark(field.annotation, field.metadata) for name, field in model.model_fields.items()}
    return {name: mark for name, mark in marks.items() if mark is not None}
