import hashlib

import openai
import pytest
from openai import OpenAI

from tests.trainer.driving import RunningTrainer, chat_rows, jsonl

ROWS = jsonl(chat_rows(12))
MD5 = hashlib.md5(ROWS, usedforsecurity=False).hexdigest()


def begun(client: OpenAI, n_bytes: int = len(ROWS), **options: object) -> str:
    upload = client.uploads.create(
        bytes=n_bytes, filename="a.jsonl", mime_type="text/jsonl", purpose="fine-tune", **options
    )
    assert (upload.status, upload.file, upload.expires_at - upload.created_at) == ("pending", None, 3600)
    return upload.id


def test_the_clients_own_chunked_upload_makes_a_file(client: OpenAI, tiny_trainer: RunningTrainer) -> None:
    upload = client.uploads.upload_file_chunked(
        file=ROWS, filename="a.jsonl", bytes=len(ROWS), mime_type="text/jsonl",
        purpose="fine-tune", part_size=500, md5=MD5,
    )  # fmt: skip
    assert upload.status == "completed"
    assert client.files.retrieve(upload.file.id) == upload.file
    assert client.files.content(upload.file.id).read() == ROWS
    assert list((tiny_trainer.data / "uploads").iterdir()) == []


def test_parts_are_joined_in_the_order_given_not_in_the_order_they_came(client: OpenAI) -> None:
    upload_id = begun(client, expires_after={"anchor": "created_at", "seconds": 7200})
    late, early = (client.uploads.parts.create(upload_id, data=part).id for part in (ROWS[300:], ROWS[:300]))
    file = client.uploads.complete(upload_id, part_ids=[early, late]).file
    assert client.files.content(file.id).read() == ROWS
    assert file.expires_at - file.created_at == 7200


@pytest.mark.parametrize(
    ("sent", "options", "code"),
    [
        (ROWS[:-1], {}, "invalid_upload_size"),
        (ROWS, {"md5": "0" * 32}, "invalid_md5"),
        (b"x" * len(ROWS), {}, "invalid_file_format"),
    ],
)
def test_what_does_not_arrive_whole_makes_no_file(
    client: OpenAI, sent: bytes, options: dict[str, str], code: str
) -> None:
    upload_id = begun(client)
    n_files = len(client.files.list().data)
    part = client.uploads.parts.create(upload_id, data=sent)
    with pytest.raises(openai.BadRequestError) as refused:
        client.uploads.complete(upload_id, part_ids=[part.id], **options)
    assert refused.value.code == code
    assert len(client.files.list().data) == n_files
    assert client.uploads.cancel(upload_id).status == "cancelled"


def test_a_cancelled_upload_takes_nothing_more(client: OpenAI) -> None:
    upload_id = begun(client)
    client.uploads.cancel(upload_id)
    with pytest.raises(openai.BadRequestError, match="is cancelled") as refused:
        client.uploads.parts.create(upload_id, data=ROWS)
    assert refused.value.code == "invalid_upload_status"
    with pytest.raises(openai.BadRequestError, match="has no part part_1"):
        client.uploads.complete(begun(client), part_ids=["part_1"])
    with pytest.raises(openai.NotFoundError):
        client.uploads.cancel("upload_nowhere")
