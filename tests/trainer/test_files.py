from functools import partial

import openai
import pytest
from openai import OpenAI

from tests.trainer.driving import chat_rows, jsonl, upload

ROWS = jsonl(chat_rows(10))


def test_a_file_comes_back_as_it_went(client: OpenAI) -> None:
    file = client.files.create(file=("my file.jsonl", ROWS), purpose="fine-tune")
    assert (file.filename, file.bytes, file.purpose, file.status) == (
        "my file.jsonl",
        len(ROWS),
        "fine-tune",
        "processed",
    )
    assert client.files.retrieve(file.id) == file
    assert client.files.content(file.id).read() == ROWS
    assert client.files.wait_for_processing(file.id) == file


def test_files_are_listed_newest_first_by_purpose_and_in_pages(client: OpenAI) -> None:
    first, second = upload(client, ROWS), upload(client, ROWS)
    assert [file.id for file in client.files.list(limit=1).data] == [second]
    assert client.files.list(limit=1, after=second).data[0].id == first
    assert client.files.list(order="asc").data[-1].id == second
    assert all(file.purpose == "evals" for file in client.files.list(purpose="evals"))


def test_a_deleted_file_is_gone(client: OpenAI) -> None:
    file_id = upload(client, ROWS)
    assert client.files.delete(file_id).deleted
    for ask in (client.files.retrieve, client.files.content, client.files.delete):
        with pytest.raises(openai.NotFoundError, match=file_id):
            ask(file_id)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"<!DOCTYPE html><html></html>", id="HTML"),
        pytest.param(b"PK\x03\x04\x14\x00\x06\x00", id="zip"),
        pytest.param('{"prompt": "a"}'.encode("utf-16"), id="UTF-16"),
        pytest.param(b'[{"messages": []}]', id="JSON array"),
        pytest.param(b"[" * 100_000, id="deep nesting"),
        pytest.param(b"question,answer\n1,2\n", id="CSV"),
    ],
)
def test_what_is_no_jsonl_is_refused_at_the_upload(client: OpenAI, content: bytes) -> None:
    with pytest.raises(openai.BadRequestError, match="Expected file to have JSONL format") as refused:
        upload(client, content)
    assert refused.value.code == "invalid_file_format"


def test_a_byte_order_mark_and_leading_blank_lines_are_no_fault(client: OpenAI) -> None:
    assert upload(client, b"\xef\xbb\xbf" + ROWS)
    assert upload(client, b"\n \n" + ROWS)


def test_an_unknown_purpose_is_refused(client: OpenAI) -> None:
    with pytest.raises(openai.BadRequestError, match="'party' is not one of"):
        client.files.create(file=("a.jsonl", ROWS), purpose="party")


@pytest.mark.parametrize(
    ("expiry", "param"),
    [
        ({"anchor": "created_at", "seconds": 3599}, "expires_after.seconds"),
        ({"anchor": "last_used_at", "seconds": 3600}, "expires_after.anchor"),
    ],
)
def test_an_expiry_out_of_range_is_refused(client: OpenAI, expiry: dict[str, object], param: str) -> None:
    with pytest.raises(openai.BadRequestError) as refused:
        client.files.create(file=("a.jsonl", ROWS), purpose="fine-tune", expires_after=expiry)
    assert refused.value.param == param


def test_an_upload_without_a_file_says_what_is_missing(client: OpenAI) -> None:
    with pytest.raises(openai.BadRequestError, match="'file'"):
        client.post("/files", body={"purpose": "fine-tune"}, cast_to=object)


def test_pages_go_both_ways(client: OpenAI) -> None:
    ids = [upload(client, ROWS) for _ in range(4)][::-1]
    read = partial(client.files.list, order="desc")
    assert [file.id for file in read(limit=2, after=ids[0]).data] == ids[1:3]
    page = read(limit=2, extra_query={"before": ids[3]})
    assert [file.id for file in page.data] == ids[1:3]
    assert page.has_more
    assert [file.id for file in client.files.list(order="asc", extra_query={"after": ids[2]}).data] == ids[:2][::-1]


@pytest.mark.parametrize(
    "query", [{"limit": "0"}, {"limit": "ten"}, {"after": "file-nowhere"}, {"before": "x"}, {"order": "up"}]
)
def test_a_cursor_that_makes_no_sense_is_refused(client: OpenAI, query: dict[str, str]) -> None:
    with pytest.raises(openai.BadRequestError) as refused:
        client.files.list(extra_query=query)
    assert refused.value.param == next(iter(query))
