"""Draws the picture of the README from a true run: `python -m bot.demo.picture docs/demo.svg`."""

import asyncio
import re
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from bot.demo.plot import LINK, PLOT
from bot.demo.story import Telling
from bot.demo.transcript import Transcript

WIDTH, MARGIN, ROW = 880, 24, 18
#: Where the nick ends and the text begins, in pixels, and how many characters fit there.
_NICK_END, _TEXT, _FITS = 112, 126, 88
_INK = {"back": "#16181d", "title": "#8ab4f8", "nick": "#8b949e", "text": "#d7dae0"}
_MARKED = re.compile(rf"\[held: [^\]]*\]|{re.escape(LINK)}")
#: Stands for a space at which no line is broken.
_GLUE = "\x1f"
_STYLE = (
    "text{font:13px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;white-space:pre}"
    f".title{{fill:{_INK['title']};font-weight:bold}}.nick{{fill:{_INK['nick']}}}"
    f".text{{fill:{_INK['text']}}}.held{{fill:#f2cc60}}.link{{fill:#ff7b72}}"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A few lines of one step: those of `place` that match."""

    title: str
    step: str
    place: str
    shows: str


SCENES = (
    Scene(
        title="A direct message to the bot",
        step="the first message",
        place="DM rita",
        shows="Somebody follows|danger now",
    ),
    Scene(title="", step="danger", place="DM rita", shows="^yes$|words are saved|write directly"),
    Scene(title="The emergency mailbox", step="the mail", place="mail", shows="."),
    Scene(
        title="The team's private channel",
        step="a hole in the channel",
        place="#functionaries",
        shows=r"!show|held",
    ),
    Scene(title="alice, by direct message", step="reveal", place="DM alice", shows=LINK),
    Scene(
        title="A stranger walks into the channel",
        step="a stranger",
        place="#functionaries",
        shows="sets -i|stranger joins|nothing of any case|do not know|!show|did nothing",
    ),
    Scene(
        title="The reporter hears from the team",
        step="words to the reporter",
        place="DM rita",
        shows=".",
    ),
)


class Recorder(Transcript):
    """Keeps the lines of each step instead of printing them."""

    def __init__(self) -> None:
        """Begin with nothing."""
        super().__init__()
        self.lines: list[tuple[str, str, str, str]] = []
        self._step = ""

    def line(self, place: str, nick: str, text: str) -> None:
        """Keep one line, with the name of its step."""
        self.lines.append((self._step, place, nick or "*", text))

    def caption(self, number: int, text: str) -> None:
        """Remember which step it is."""
        del text
        self._step = PLOT[number - 1].name

    def plain(self, text: str) -> None:
        """Say nothing."""

    def of(self, scene: Scene) -> Iterator[tuple[str, str]]:
        """Return nick and text of each line that a scene shows, each line once."""
        told = (
            (nick, text)
            for step, place, nick, text in self.lines
            if (step, place) == (scene.step, scene.place) and re.search(scene.shows, text)
        )
        yield from dict.fromkeys(told)


def draw(recorder: Recorder) -> str:
    """Return the picture as SVG."""
    rows: list[str] = []
    y = MARGIN
    for scene in SCENES:
        if scene.title:
            y += ROW
            rows.append(f'<text class="title" x="{MARGIN}" y="{y}">{escape(scene.title)}</text>')
        for nick, text in recorder.of(scene):
            for index, part in enumerate(_wrapped(text)):
                y += ROW
                if index == 0:
                    end = f'x="{_NICK_END}" y="{y}" text-anchor="end"'
                    rows.append(f'<text class="nick" {end}>{escape(nick)}</text>')
                rows.append(f'<text class="text" x="{_TEXT}" y="{y}">{_marked(part)}</text>')
        y += ROW // 2
    height = y + MARGIN
    size = f'width="{WIDTH}" height="{height}"'
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} viewBox="0 0 {WIDTH} {height}">',
            "<title>Lines of the demo: a report, the mail, the channel, a direct message</title>",
            f"<style>{_STYLE}</style>",
            f'<rect {size} rx="8" fill="{_INK["back"]}"/>',
            *rows,
            "</svg>\n",
        )
    )


def _wrapped(text: str) -> list[str]:
    """Break a text into rows; what will be marked stays in one."""
    glued = _MARKED.sub(lambda found: found[0].replace(" ", _GLUE), text)
    rows = textwrap.wrap(glued, _FITS, break_on_hyphens=False)
    return [row.replace(_GLUE, " ") for row in rows]


def _marked(text: str) -> str:
    def mark(found: re.Match[str]) -> str:
        kind = "held" if found[0].startswith("[") else "link"
        return f'<tspan class="{kind}">{found[0]}</tspan>'

    return _MARKED.sub(mark, escape(text))


def main(path: Path) -> int:
    """Play the story and write the picture; returns the exit code of the story."""
    recorder = Recorder()
    code = asyncio.run(Telling(recorder, script=True).tell())
    if code == 0:
        path.write_text(draw(recorder), encoding="utf-8")
    return code


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
