"""Rules on images in chat lines. The limits are those of OpenAI's vision fine-tuning guide (mid-2025)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tuning.datasets.evidence import as_written
from tuning.datasets.images import ACCEPTED, READ_FORMATS, ImagePart, unreadable_host
from tuning.datasets.probes import Probes
from tuning.datasets.provider_facts import MEGABYTE, ProviderFacts
from tuning.datasets.rules import Fault, rule

LARGEST_BYTES = 10 * MEGABYTE
_DETAILS = ("auto", "low", "high")
_MODES = ("RGB", "RGBA")
_URL_PREFIXES = ("http://", "https://")


@dataclass(frozen=True, slots=True)
class Illustrated:
    """An example that has images."""

    images: tuple[ImagePart, ...]
    provider: ProviderFacts
    probes: Probes


@rule("I001")
def image_in_other_role(example: Illustrated) -> Iterator[Fault]:
    """Only the user shows images."""
    for image in example.images:
        if image.message.role != "user":
            yield _at(image, evidence=image.message.role)


@rule("I002")
def image_url_not_an_object(example: Illustrated) -> Iterator[Fault]:
    """`image_url` is an object with a `url`, not the URL itself."""
    for image in example.images:
        if image.url is None:
            yield _at(image, evidence=as_written(image.image_url))


@rule("I003")
def url_not_public(example: Illustrated) -> Iterator[Fault]:
    """Images are fetched from the web or stand in the line; a path on somebody's disk is neither."""
    for image in _with_url(example):
        if not image.is_web and image.claimed_format not in READ_FORMATS:
            yield _at(image, evidence=image.shown_url, url=image.shown_url)


@rule("I004")
def detail_unknown(example: Illustrated) -> Iterator[Fault]:
    """`detail` is auto, low or high."""
    for image in _with_url(example):
        if image.detail not in _DETAILS:
            yield _at(image, "detail", detail=as_written(image.detail))


@rule("I005")
def image_undecodable(example: Illustrated) -> Iterator[Fault]:
    """Base64 that is none, bytes that are no image, or an image of another type than its header says."""
    for image in _with_url(example):
        if image.claimed_format not in READ_FORMATS:
            continue
        if image.content is None:
            yield _at(image, phrases={"reason": "images.base64"})
        elif image.picture is None:
            yield _at(image, phrases={"reason": "images.no_image"})
        elif image.picture.format != image.claimed_format:
            phrases = {"reason": "images.other_type"}
            yield _at(image, phrases=phrases, claimed=image.claimed_format, actual=image.picture.format)


@rule("I006")
def format_not_accepted(example: Illustrated) -> Iterator[Fault]:
    """JPEG, PNG or WebP, and one picture only."""
    for image in example.images:
        picture = image.picture
        if picture and picture.format not in ACCEPTED:
            yield _at(image, format=picture.format)
        elif picture and picture.is_animated:
            yield _at(image, phrases={"format": "images.animated"})


@rule("I007")
def image_too_large(example: Illustrated) -> Iterator[Fault]:
    """At most 10 MB an image."""
    for image in example.images:
        if image.content and len(image.content) > LARGEST_BYTES:
            yield _at(image, size=-(-len(image.content) // MEGABYTE), limit=LARGEST_BYTES // MEGABYTE)


@rule("I008")
def too_many_images(example: Illustrated) -> Iterator[Fault]:
    """OpenAI takes 10 images an example, Azure 64."""
    maximum = example.provider.maximum_images
    if len(example.images) > maximum:
        yield Fault(example.images[maximum].path, parameters={"n": len(example.images), "maximum": maximum})


@rule("I010")
def colour_mode(example: Illustrated) -> Iterator[Fault]:
    """Grey, palettes and print colours are not taken."""
    for image in example.images:
        if image.picture and image.picture.format in ACCEPTED and image.picture.mode not in _MODES:
            yield _at(image, mode=image.picture.mode)


@rule("I011")
def url_unreadable(example: Illustrated) -> Iterator[Fault]:
    """What the URL tells by itself; whether it answers is tried only when asked. Slack's files need Slack's token."""
    for image in example.images:
        if image.is_web and image.url:
            reason = unreadable_host(image.url)
            if reason is None and example.probes.reaches and not example.probes.reaches(image.url):
                reason = "silent"
            if reason:
                severity: Any = "E" if reason == "slack" else None
                yield _at(image, severity=severity, evidence=image.shown_url, phrases={"reason": f"urls.{reason}"})


@rule("I012")
def shows_people(example: Illustrated) -> Iterator[Fault]:
    """OpenAI skips images with people, faces, children or CAPTCHAs in silence; only a model can tell, when asked."""
    for image in example.images:
        if example.probes.shows_people and image.url and example.probes.shows_people(image.url):
            yield _at(image)


def _with_url(example: Illustrated) -> Iterator[ImagePart]:
    return (image for image in example.images if image.url is not None)


def _at(image: ImagePart, key: str = "", **seen: Any) -> Fault:  # noqa: ANN401 - a fault's own fields, or parameters.
    own = {name: seen.pop(name) for name in ("severity", "evidence", "phrases") if name in seen}
    path = f"{image.path}.{key}" if key else image.path
    return Fault(path, parameters={"m": image.message.number, **seen}, **own)


RULES = (
    image_in_other_role,
    image_url_not_an_object,
    url_not_public,
    detail_unknown,
    image_undecodable,
    format_not_accepted,
    image_too_large,
    too_many_images,
    colour_mode,
    url_unreadable,
    shows_people,
)
"""For an example that has images."""
