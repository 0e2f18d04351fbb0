"""Sessions and devices as the Olm machine wants them held, with a bound on what strangers leave.

The machine's own classes note everybody who was ever looked for, and let any key replace another.
"""

from collections.abc import Iterator, Mapping

from nio.crypto import InboundGroupSession, OlmDevice, Session

#: How many sessions one device may have with the bot, and how many it may give the keys of.
MOST_SESSIONS = 20
MOST_GROUPS = 1000


class Sessions:
    """Olm sessions by the other's key."""

    def __init__(self) -> None:
        self._held: dict[str, list[Session]] = {}

    def add(self, sender_key: str, session: Session) -> bool:
        """Take a session in; False where it is there."""
        held = self._held.setdefault(sender_key, [])
        if session in held:
            return False
        held.append(session)
        held.sort(key=_use, reverse=True)
        return True

    def get(self, sender_key: str) -> Session | None:
        """Return the session that is to be written with."""
        held = self._held.get(sender_key)
        return held[0] if held else None

    def __getitem__(self, sender_key: str) -> list[Session]:
        """Return the sessions with a device, last used first as far as it is known."""
        return list(self._held.get(sender_key, ()))

    def trim(self, sender_key: str) -> list[Session]:
        """Put the last used first, and let go what is too many; returns that."""
        held = self._held.get(sender_key, [])
        held.sort(key=_use, reverse=True)
        gone = held[MOST_SESSIONS:]
        del held[MOST_SESSIONS:]
        return gone


class Groups:
    """Megolm sessions of others. `new` are the ids of those that came since it was last emptied.

    A key that opens less than what is there already does not replace it.
    """

    def __init__(self) -> None:
        self.new: set[str] = set()
        self._held: dict[tuple[str, str], dict[str, InboundGroupSession]] = {}
        self._count: dict[str, int] = {}

    def add(self, session: InboundGroupSession) -> bool:
        """Take a session in, unless there is one that opens as much, or too many."""
        sender_key = session.sender_key
        held = self.get(session.room_id, sender_key, session.id)
        if held is None:
            if self._count.get(sender_key, 0) >= MOST_GROUPS:
                return False
            self._count[sender_key] = self._count.get(sender_key, 0) + 1
        elif held.first_known_index <= session.first_known_index:
            return False
        senders = self._held.setdefault((session.room_id, session.id), {})
        senders[sender_key] = session
        self.new.add(session.id)
        return True

    def get(self, room_id: str, sender_key: str, session_id: str) -> InboundGroupSession | None:
        """Return the session that this device gave the key of."""
        return self.of(room_id, session_id).get(sender_key)

    def of(self, room_id: str, session_id: str) -> Mapping[str, InboundGroupSession]:
        """Return the sessions of a room with this id, by the keys of whoever gave them."""
        return self._held.get((room_id, session_id), {})


class Devices:
    """Devices as their owners' servers list them."""

    def __init__(self) -> None:
        self._held: dict[str, dict[str, OlmDevice]] = {}

    def add(self, device: OlmDevice) -> bool:
        """Take a device in, in the place of one with the same name."""
        self[device.user_id][device.id] = device
        return True

    def __getitem__(self, user_id: str) -> dict[str, OlmDevice]:
        """Return the devices of a user by id, to be changed."""
        return self._held.setdefault(user_id, {})

    def active_user_devices(self, user_id: str) -> Iterator[OlmDevice]:
        """Yield a user's devices that are not deleted."""
        for device in self._held.get(user_id, {}).values():
            if not device.deleted:
                yield device

    def device_from_sender_key(self, user_id: str, sender_key: str) -> OlmDevice | None:
        """Return the device of a user that has this Curve25519 key."""
        for device in self.active_user_devices(user_id):
            if device.curve25519 == sender_key:
                return device
        return None

    def purge(self, user_id: str) -> None:
        """Forget the deleted devices of a user: one of that name that comes later is another."""
        left = {device.id: device for device in self.active_user_devices(user_id)}
        if left:
            self._held[user_id] = left
        else:
            self._held.pop(user_id, None)


def _use(session: Session) -> float:
    return float(session.use_time.timestamp())
