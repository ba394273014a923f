"""Each rule on images: a defect planted in a good file, and a near miss."""

import base64
from io import BytesIO

import pytest
from PIL import Image

from tests.tuning.datasets.planting import chat, good_rows, only, planted, report_on, said
from tuning.datasets.images import read_picture
from tuning.datasets.probes import Probes
from tuning.datasets.provider_facts import AZURE

ANSWER = said("assistant", "That is room 12, seen from the garden.")
PUBLIC = "https://hotel.example/room-12.png"


def bytes_of(kind="PNG", mode="RGB", size=(8, 8), **how):
    saved = BytesIO()
    Image.new(mode, size).save(saved, kind, **how)
    return saved.getvalue()


def data_url(content=None, header="png"):
    return f"data:image/{header};base64,{base64.b64encode(content or bytes_of()).decode()}"


def shown(image_url, role="user", count=1):
    """A row in which somebody shows an image; a text is its URL."""
    wrapped = {"url": image_url, "detail": "low"} if isinstance(image_url, str) else image_url
    parts = [{"type": "text", "text": "Which room is this?"}, *[{"type": "image_url", "image_url": wrapped}] * count]
    if role != "user":
        return chat(said("user", "Which room is this?"), said(role, parts), said("user", "And?"), ANSWER)
    return chat(said(role, parts), ANSWER)


ANIMATED = bytes_of("WEBP", save_all=True, append_images=[Image.new("RGB", (8, 8), "red")], duration=50, lossless=True)
LARGE = bytes_of() + bytes(10_000_001)
SIGNED = "https://bucket.example/room.png?X-Amz-Expires=900&X-Amz-Signature=ab"

CASES = [
    ("I001", shown(PUBLIC, "assistant"), shown(PUBLIC)),
    ("I002", shown({"uri": PUBLIC}), shown(PUBLIC)),
    ("I002", shown([PUBLIC]), shown({"url": PUBLIC, "detail": "low"})),
    ("I003", shown("file:///home/ada/room.png"), shown(PUBLIC)),
    ("I003", shown("data:text/plain;base64,aGk="), shown(data_url())),
    ("I003", shown("data:image/svg+xml;base64,PHN2Zz4="), shown(data_url())),
    ("I011", shown("https://drive.google.com/file/d/1/view"), shown(PUBLIC)),
    ("I004", shown({"url": PUBLIC, "detail": "medium"}), shown({"url": PUBLIC, "detail": "low"})),
    ("I005", shown("data:image/png;base64,iVBORw0KGgo*"), shown(data_url())),
    ("I005", shown(data_url(b"no image at all")), shown(data_url())),
    ("I005", shown(data_url(bytes_of("JPEG"))), shown(data_url(bytes_of("JPEG"), "jpeg"))),
    ("I005", shown(data_url(bytes_of("JPEG", size=(64, 64))[:-40], "jpeg")), shown(data_url(bytes_of("JPEG", size=(64, 64)), "jpg"))),
    ("I006", shown(data_url(bytes_of("GIF", "P"), "gif")), shown(data_url(bytes_of("WEBP"), "webp"))),
    ("I006", shown(data_url(ANIMATED, "webp")), shown(data_url(bytes_of("WEBP"), "webp"))),
    ("I007", shown(data_url(LARGE)), shown(data_url())),
    ("I008", shown(PUBLIC, count=11), shown(PUBLIC, count=10)),
    ("I010", shown(data_url(bytes_of(mode="L"))), shown(data_url(bytes_of(mode="RGBA")))),
    ("I011", shown("https://files.slack.com/files-pri/T1-F1/room.png"), shown(PUBLIC)),
    ("I011", shown("http://192.168.1.7/room.png"), shown("http://8.8.8.8/room.png")),
    ("I011", shown(SIGNED), shown("https://bucket.example/room.png?size=2")),
]  # fmt: skip


@pytest.mark.parametrize(("code", "wrong", "near_miss"), CASES, ids=[f"{case[0]}-{n}" for n, case in enumerate(CASES)])
def test_a_defect_of_an_image_is_reported_alone_and_a_near_miss_is_not(code, wrong, near_miss) -> None:
    beside = {"C012", "C026"} if code == "I001" else {"I014"}
    assert {one for one in planted(wrong) if one[0] not in beside} == {(code, 21)}
    assert planted(near_miss) == set()


def test_slacks_own_files_block_the_job_and_other_private_addresses_warn() -> None:
    slack, private = (shown(f"https://{host}/a.png") for host in ("files.slack.com", "wiki.corp"))
    assert only([*good_rows(), slack], "I011").severity == "E"
    assert only([*good_rows(), private], "I011").severity == "W"


def test_a_url_is_tried_and_a_picture_looked_at_only_when_asked() -> None:
    row = shown(PUBLIC)
    assert planted(row) == set()
    asked: list[str] = []
    assert planted(row, probes=Probes(reaches=lambda url: bool(asked.append(url)))) == {("I011", 21)}
    assert planted(row, probes=Probes(reaches=lambda _: True, shows_people=lambda _: True)) == {("I012", 21)}
    assert asked == [PUBLIC]


def test_a_signed_url_is_quoted_without_its_signature() -> None:
    assert only([*good_rows(), shown(SIGNED)], "I011").evidence == "https://bucket.example/room.png"


def test_azure_takes_more_images_an_example() -> None:
    assert "I008" not in {code for code, _ in planted(shown(PUBLIC, count=64), provider=AZURE)}
    assert ("I008", 21) in planted(shown(PUBLIC, count=65), provider=AZURE)


def test_models_and_methods_without_images_are_told() -> None:
    row = shown(PUBLIC)
    assert ("I013", None) in planted(row, method="dpo")
    assert ("I013", None) in planted(row, model="gpt-3.5-turbo-0125")
    assert "I013" not in {code for code, _ in planted(row, model="gpt-4o-2024-08-06")}


def test_images_are_priced_and_low_detail_is_proposed() -> None:
    dear = only([*good_rows(), shown({"url": data_url(bytes_of(size=(1024, 1024)))})], "I014")
    assert dear.parameters == {"n": 85 + 4 * 170, "low": 85}


def test_more_examples_with_images_than_a_file_may_have_are_an_error() -> None:
    from tuning.datasets.rules.image_totals import ImageTotals, too_many_examples

    assert [f.code for f in too_many_examples.findings(ImageTotals(examples=50_001))] == ["I009"]
    assert list(too_many_examples.findings(ImageTotals(examples=50_000))) == []


@pytest.mark.parametrize(
    "value", [None, 3, "x", [], {}, {"url": 3}, {"url": "http://[::"}, {"url": "data:image/png;base64,", "detail": []}]
)
def test_whatever_stands_in_the_place_of_an_image_never_raises(value) -> None:
    report_on([*good_rows()[:12], chat(said("user", [{"type": "image_url", "image_url": value}]), ANSWER)])


def test_no_bytes_make_reading_a_picture_raise() -> None:
    for content in (bytes_of(), bytes_of("JPEG"), bytes_of("WEBP"), bytes_of("GIF", "P"), bytes_of("TIFF")):
        for cut in range(0, len(content), max(len(content) // 40, 1)):
            read_picture(content[:cut])
            read_picture(content[:cut] + b"\xff\x00" + content[cut + 2 :])
