"""Which phrases a text holds: each is tried only near the words that call for it."""

from collections.abc import Iterable, Iterator

from bot.core.danger.entry import Entry, Phrase

Found = tuple[int, int]


class Index:
    """Entries by the words that call for them."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.always: list[tuple[Entry, Phrase]] = []
        self.by_cue: dict[str, list[tuple[Entry, Phrase]]] = {}
        for entry in entries:
            for phrase in entry.phrases:
                if not phrase.cues:
                    self.always.append((entry, phrase))
                for cue in phrase.cues:
                    self.by_cue.setdefault(cue, []).append((entry, phrase))

    def read(self, text: str) -> Iterator[tuple[Entry, Found]]:
        """Yield the entries that a folded text holds, with the places; linear in its length."""
        for entry, phrase in self.always:
            for match in phrase.regex.finditer(text):
                yield entry, match.span()
        words = text.split(" ")
        there = set(words)
        if self.by_cue.keys().isdisjoint(there):
            return
        starts: list[int] = []
        at = 0
        for word in words:
            starts.append(at)
            at += len(word) + 1
        tried: dict[int, int] = {}
        for number, word in enumerate(words):
            for entry, phrase in self.by_cue.get(word, ()):
                heads = phrase.heads
                if heads and heads.isdisjoint(there):
                    continue
                begin = max(number - phrase.reach, tried.get(id(phrase), 0))
                tried[id(phrase)] = number + 1
                for at in range(begin, number + 1):
                    if heads and words[at] not in heads:
                        continue
                    found = phrase.regex.match(text, starts[at])
                    if found is not None:
                        yield entry, found.span()
                        break


def take_out(text: str, places: list[Found]) -> str:
    """Return the text with the places taken out; what was beside them stays apart."""
    out: list[str] = []
    at = 0
    for start, end in sorted(places):
        if start >= at:
            out += [text[at:start], "~"]
        at = max(at, end)
    return "".join(out) + text[at:]
