"""Paragraphs within text boxes within paragraphs: each is handed on whole, in the order they end."""

from dataclasses import dataclass, field

from .passages import TEXT, Passage, link_passages


@dataclass
class _Place:
    how: str
    lines: list[str] = field(default_factory=list)


class Paragraphs:
    """Collects text by place (body, header, text box); a place is one passage, a paragraph a line of it."""

    def __init__(self, how: str = TEXT) -> None:
        self._done: list[Passage] = []
        self._places = [_Place(how)]
        self._open: list[list[str]] = []
        self._silent = 0

    def enter(self, how: str) -> None:
        """What follows stands in a place of its own."""
        self._places.append(_Place(how))
        self._open.append([])

    def leave(self) -> None:
        """The place ends, and the paragraph goes on around it."""
        if len(self._places) > 1:
            self._flush(self._places.pop())
            if self._open:
                self._open.pop()

    def begin(self) -> None:
        """A paragraph begins."""
        self._open.append([])

    def end(self) -> None:
        """A paragraph ends."""
        text = "".join(self._open.pop()) if self._open else ""
        self._places[-1].lines.append(text)

    def add(self, text: str) -> None:
        """Text of the paragraph."""
        if self._silent:
            return
        if not self._open:
            self._open.append([])
        self._open[-1].append(text)

    def hush(self, by: int) -> None:
        """What follows is not to be read (1), or is again (-1)."""
        self._silent = max(0, self._silent + by)

    def link(self, target: str) -> None:
        """A link stands here."""
        if not self._silent and (links := link_passages(target)):
            # The text before it comes first: order says who is the candidate.
            self._flush(self._places[-1])
            self._done += links

    def field(self, passage: Passage) -> None:
        """What a form's field holds."""
        self._done.append(passage)

    def passages(self) -> list[Passage]:
        """All of it."""
        while self._open:
            self.end()
        while self._places:
            self._flush(self._places.pop())
        return self._done

    def _flush(self, place: _Place) -> None:
        if any(place.lines):
            self._done.append(Passage("\n".join(place.lines), place.how))
        place.lines = []
