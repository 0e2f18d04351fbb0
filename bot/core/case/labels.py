"""Stored words with the labels that they have by now."""

from dataclasses import replace

from bot.core.words.cases import CaseView
from bot.core.words.text import Pieces


def as_labelled(words: Pieces, case: CaseView) -> Pieces:
    """Return stored words of a case, its evidence labelled as the team last said.

    Whatever nobody relabelled keeps the label it was stored with.
    """
    labels = {item.number: item.label for item in case.evidence if item.relabelled}
    return tuple(
        replace(piece, label=labels[piece.number]) if piece.number in labels else piece
        for piece in words
    )
