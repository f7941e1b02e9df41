"""A table of phrases, asked whether a text has one of them."""


class Phrases:
    """Plain texts in lower case; those with other than English letters are looked for only among such."""

    def __init__(self, *texts: str) -> None:
        self.texts = texts
        self._english = tuple(text for text in texts if text.isascii())
        self._others = tuple(text for text in texts if not text.isascii())

    def are_in(self, text: str) -> bool:
        """Whether a text, in lower case, has one of them."""
        # Loops, not any(): a generator's step takes as long as the search.
        for phrase in self._english:
            if phrase in text:
                return True
        if not text.isascii():
            for phrase in self._others:
                if phrase in text:
                    return True
        return False

    def first_in(self, text: str, start: int) -> int:
        """Where the first of them begins, at ``start`` or later; -1 where there is none."""
        first = -1
        for phrase in self._english if text.isascii() else self.texts:
            at = text.find(phrase, start, first + len(phrase)) if first >= 0 else text.find(phrase, start)
            if at >= 0:
                first = at
        return first
