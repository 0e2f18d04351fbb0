"""What stands around an address in a sentence, and how long a word is read as one."""

from typing import Final

OPEN: Final = "<([{\"'`*_|«“„‘"
CLOSE: Final = ">)]}\"'`*_|»”“’.,;:!?…。，、；：！？）】》」』؟،؛।"
#: Of a longer word only so much is one address.
LONGEST: Final = 4_000
