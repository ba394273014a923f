"""Identifiers, tokens and timestamps in Slack's form, from a clock and a source of randomness that are passed in."""

from collections.abc import Callable
from random import Random

Clock = Callable[[], float]  # Seconds since 1970, as time.time gives them.

_CAPITALS = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"
_LETTERS = "abcdefghijkmnopqrstuvwxyz0123456789"


class Ids:
    """Makes every id of a workspace, so that a test can hold time and chance still."""

    def __init__(self, clock: Clock, random: Random) -> None:
        self.clock = clock
        self.random = random
        self._last_microseconds = 0

    def make(self, prefix: str) -> str:
        """Return an object id such as C0A1B2C3D4E: the prefix tells the kind."""
        return prefix + "0" + "".join(self.random.choices(_CAPITALS, k=9))

    def secret(self, length: int = 24) -> str:
        """Return random letters and digits for tokens, secrets, hashes and tickets."""
        return "".join(self.random.choices(_LETTERS, k=length))

    def uuid(self) -> str:
        """Return a random UUID, as envelopes and client_msg_id carry them."""
        digits = f"{self.random.getrandbits(128):032x}"
        return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))

    def ts(self) -> str:
        """Return the next message timestamp: seconds with six decimals, unique and rising within the workspace."""
        self._last_microseconds = max(int(self.clock() * 1_000_000), self._last_microseconds + 1)
        return f"{self._last_microseconds // 1_000_000}.{self._last_microseconds % 1_000_000:06d}"
