"""What a case can be about, in the words that people type after `kind:`."""

DEFAULT_KIND = "something-else"

#: The first fourteen are the keys of the wikis' own incident form; the others are ours.
KINDS = (
    "doxing",
    "hate-or-discrimination",
    "intimidation",
    "sexual-harassment",
    "spam",
    "trolling",
    "sockpuppetry",
    "vandalism",
    "userdispute",
    "disruptiveediting",
    DEFAULT_KIND,
    "threats-physical-harm",
    "threats-self-harm",
    "threats-public-harm",
    "legal-threat",
    "minor",
    "image",
    "off-wiki",
    "stalking",
)


def read_kind(text: str) -> str | None:
    """Return the kind that was typed, whole or as an unambiguous beginning; None for no kind."""
    lowered = text.lower()
    if lowered in KINDS:
        return lowered
    begun = [kind for kind in KINDS if lowered and kind.startswith(lowered)]
    return begun[0] if len(begun) == 1 else None
