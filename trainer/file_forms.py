"""What a form with a file says."""

from typing import Final

from starlette.datastructures import FormData, UploadFile

from trainer.errors import Refused
from trainer.requests import ExpiresAfter, checked

_PURPOSES: Final = ("assistants", "batch", "evals", "fine-tune", "user_data", "vision")
_EXPIRY: Final = {"anchor": "expires_after[anchor]", "seconds": "expires_after[seconds]"}


def uploaded_file(form: FormData) -> UploadFile:
    """The file in the form.

    Raises:
        Refused: there is none, or the form has a field that is unknown.
    """
    unknown = set(form) - {"file", "purpose", *_EXPIRY.values()}
    if unknown:
        name = min(unknown)
        raise Refused(f"Unrecognized request argument supplied: {name}", code="unknown_parameter", param=name)
    upload = form.get("file")
    if not isinstance(upload, UploadFile):
        raise Refused("Missing required parameter: 'file'.", code="missing_required_parameter", param="file")
    return upload


def checked_purpose(purpose: object) -> str:
    """The purpose of a file.

    Raises:
        Refused: OpenAI knows no such purpose.
    """
    if purpose not in _PURPOSES:
        raise Refused(f"{purpose!r} is not one of {list(_PURPOSES)} - 'purpose'", code="invalid_value", param="purpose")
    return str(purpose)


def lifetime_seconds(form: FormData) -> int | None:
    """How long the file is to be kept, where the form says so.

    Raises:
        Refused: for less than an hour or more than thirty days, or from another moment than its creation.
    """
    given = {name: form[field] for name, field in _EXPIRY.items() if field in form}
    return checked(ExpiresAfter, given, "expires_after").seconds if given else None
