"""Danger: what the word lists find in a line.

What is looked for, defined before any list was written:

- **life**: a threat of violence to a person, made by or told to whoever writes; violence that is
  happening or has just happened; a weapon in somebody's hand; somebody unwanted at or on the way
  to a home, school or workplace, or who says they know where it is; being held; terror and
  attacks on many; a person who says that they or somebody else are in danger.
- **life, self-harm**: somebody, the writer or another, who may hurt or kill themselves.
- **child**: a child being abused, or approached for that; a sexual image of a child.

Not danger: figures of speech, work on articles about such things, ordinary wiki quarrels with
their blocks, attack pages and edit wars. Where words leave it open the verdict is UNCLEAR, and
one plain question settles it. In doubt between the two, first-person danger is RAISED.
"""
