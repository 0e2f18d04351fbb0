"""Caseward on Matrix as it is run: a team's room and one for everybody, all on that there is."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from bench import caseward

_CONFIG = """\
[bot]
name = "caseward"
data_dir = "data"
team_mail = "safety-team@example.org"

[keys]
root_key_file = "secrets/root.key"

[[transports]]
kind = "matrix"
name = "mx"
homeserver = "{url}"
user_id = "{user}"
password_file = "secrets/matrix"

[[rooms]]
name = "team"
places = ["mx/{team}"]
ceiling = "case"
watch = "all"

[[rooms]]
name = "lobby"
places = ["mx/{lobby}"]
ceiling = "public"
watch = "all"
{people}
{tail}
[health]
listen = "127.0.0.1:0"
"""
_PERSON = """
[[people]]
name = "{name}"
roles = ["functionary", "on-call"]
matrix = ["{user}"]
mail = "{name}@example.org"
"""


def prepare(
    folder: Path,
    url: str,
    user: str,
    password: str,
    rooms: Mapping[str, str],
    people: Sequence[tuple[str, str]],
) -> list[str]:
    """Write configuration, secrets and root key; return the command that runs it.

    `rooms` are the ids of `team` and `lobby`, `people` names with their user ids.
    """
    roster = "".join(_PERSON.format(name=name, user=theirs) for name, theirs in people)
    text = _CONFIG.format(url=url, user=user, people=roster, tail=caseward.TAIL, **rooms)
    return caseward.install(folder, text, {"matrix": password})
