"""Uploads under way: files.getUploadURLExternal promises one, its URL receives the bytes, completing shares it."""

from workspace.errors import SlackError
from workspace.ids import Ids
from workspace.records import File


class Uploads:
    """Remembers which URL belongs to which file until the upload is complete."""

    def __init__(self, ids: Ids) -> None:
        self._ids = ids
        self._promised: dict[str, File] = {}
        self._received: set[str] = set()

    def promise(self, file: File) -> str:
        """Return the secret end of an upload URL for a file."""
        ticket = self._ids.secret(40)
        self._promised[ticket] = file
        return ticket

    def expected(self, ticket: str) -> File | None:
        """Return the file an upload URL was made for."""
        return self._promised.get(ticket)

    def received(self, file: File) -> None:
        """Note that all the promised bytes have come."""
        self._received.add(file.id)

    def complete(self, file: File) -> None:
        """End an upload; raises file_not_found when its bytes haven't come or it was ended before."""
        if file.id not in self._received:
            raise SlackError("file_not_found")
        self._received.remove(file.id)
        self._promised = {ticket: kept for ticket, kept in self._promised.items() if kept is not file}
