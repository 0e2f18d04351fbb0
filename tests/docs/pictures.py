"""Draws the pictures of `docs/architecture.md` anew from their tables.

python -m tests.docs.pictures
"""

from bot.diagrams import DIAGRAMS, draw
from tests.docs.recipes import ROOT

PAGE = ROOT / "docs/architecture.md"
_FENCE = "```mermaid\n"


def drawn(text: str) -> str:
    """Return the page with every picture as its table says; ValueError where one is missing."""
    for name in DIAGRAMS:
        start = text.index(_FENCE, text.index(f"\n### {name}\n")) + len(_FENCE)
        end = text.index("```", start)
        text = f"{text[:start]}{draw(name)}\n{text[end:]}"
    return text


if __name__ == "__main__":
    PAGE.write_text(drawn(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
