"""What every expected error has: a code and parameters, which the catalogues turn into a sentence."""

from collections.abc import Sequence
from functools import cache

from tuning.texts import Texts


@cache
def _texts() -> Texts:
    return Texts.load()


class UserFacingError(Exception):
    """Something a person can understand and act on.

    Args:
        code: names the sentence, `errors.<code>`.
        parameters: the values that the sentence names.
    """

    def __init__(self, code: str, **parameters: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.parameters = parameters

    def __str__(self) -> str:
        """The sentence in English, for logs and the command line."""
        return _texts().say("en", f"errors.{self.code}", **self.parameters)


class NotFound(UserFacingError):
    """Nothing of that name belongs to this team.

    Args:
        kind: `dataset`, `job` or `model`.
        text: what the person typed.
        near: names that resemble it, nearest first.
    """

    def __init__(self, kind: str, text: str, near: Sequence[str] = ()) -> None:
        code = f"{kind}_not_found"
        if near:
            super().__init__(f"{code}_near", text=text, near=", ".join(near))
        else:
            super().__init__(code, text=text)
        self.near = tuple(near)
