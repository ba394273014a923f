"""The profiles, and the page that describes them."""

import re
from pathlib import Path

from tuning.datasets.provider_facts import PROVIDER_FACTS
from tuning.providers.profiles import PROFILES

PAGE = (Path(__file__).parents[3] / "docs" / "providers.md").read_text()


def _said(flag, word="yes"):
    return word if flag else "–"


ROWS = {
    "address of its own": lambda one: _said(one.base_url),
    "key": lambda one: _said(one.needs_key) + (f" (`{one.key_header}`)" if one.key_header else ""),
    "methods": lambda one: ", ".join(one.methods),
    "formats": lambda one: ", ".join(one.formats),
    "images": lambda one: _said(one.takes_images),
    "hyperparameters": lambda one: "in `method`" if one.takes_method else "top level",
    "a job is recognised by": lambda one: "metadata" if one.keeps_metadata else "its file",
    "events of one second": lambda one: "newest first" if one.lists_events_newest_first else "oldest first",
    "byte-order mark": lambda one: _said(one.wants_byte_order_mark, "added at the upload"),
    "waits for the file": lambda one: _said(one.waits_for_files),
    "the model answers": lambda one: "by its deployment" if one.serves_by_deployment else "by its name",
    "pause": lambda one: _said(one.can_pause),
    "files can be deleted": lambda one: _said(one.deletes_files),
}


def test_the_page_says_of_each_provider_what_its_profile_says():
    lines = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in re.findall(r"^\|.*\|$", PAGE, re.MULTILINE)
    ]
    names, rows = lines[0][1:], lines[2:]

    assert names == list(PROFILES)
    assert {row[0]: row[1:] for row in rows} == {
        title: [say(profile) for profile in PROFILES.values()] for title, say in ROWS.items()
    }


def test_every_profile_has_the_facts_that_its_files_are_checked_by():
    assert PROFILES.keys() <= PROVIDER_FACTS.keys()
