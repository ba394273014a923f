"""What can be repaired, and how a file would be converted, as Slack shows it."""

import io

import pytest

from handlers.blocks import conversion
from handlers.blocks.conversion import convert_button, proposal_lines
from handlers.blocks.fixes import fix_page, read_value
from handlers.blocks.kit import Content, actions, sections
from handlers.language import Voice
from tests.handlers.blocks.samples import LONG
from tests.handlers.blocks.test_dataset_report import checked
from tests.tuning.datasets.fixes.test_fixing import CHAT_DEFECTS, LINE_DEFECTS, written
from tuning.datasets.convert.conversion import propose
from tuning.datasets.fixes.fixing import FIXABLE, SAFE, fix
from tuning.datasets.provider_facts import OPENAI
from tuning.texts import LANGUAGES, Texts
from workspace.blocks.check import check_message_blocks

DEFECTS = [*(written(row).encode() for row, _ in CHAT_DEFECTS.values()), *(line for line, _ in LINE_DEFECTS.values())]


@pytest.fixture(name="voice", params=LANGUAGES)
def _voice(request):
    return Voice(Texts.load(), request.param)


def buttons_of(content: Content) -> dict[str, dict]:
    elements = [block["accessory"] for block in content.blocks if "accessory" in block]
    return {one["value"].partition(" ")[2]: one for one in [*elements, *content.blocks[-1]["elements"]]}


def test_every_repair_at_once_fits_into_a_message_and_asks_where_words_may_be_lost(voice):
    content = b"\n".join([b'{"messages": [{"role": "<!channel>", "content": "%s"}]}' % (b"`<&>" * 200), *DEFECTS, b""])
    changes = fix([content], FIXABLE, OPENAI, io.BytesIO()).changes
    page = fix_page(voice, checked(content).version, changes)

    check_message_blocks(page.payload()["blocks"])
    assert "<!channel>" not in str(page)
    buttons = buttons_of(page)
    assert all(("confirm" in button) == (not read_value(f"v {codes}")[1] <= SAFE) for codes, button in buttons.items())
    whole = max(buttons, key=len)
    assert read_value(f"v {whole}") == ("v", frozenset(change.code for change in changes))


def test_nothing_to_repair_is_said(voice):
    assert len(fix_page(voice, checked(b"{}\n").version, ()).blocks) == 1


def test_a_proposal_shows_columns_a_row_and_what_is_left_out(voice, tmp_path):
    path = tmp_path / "a"
    path.write_text("id,question,answer\n" + f'1,"<!channel> {LONG}",b\n' * 3)
    lines = proposal_lines(voice, propose(path, "a.csv"))
    told = Content("", (*sections(lines), actions([convert_button(voice, "ds_1-v1", ["user=question"])])))

    check_message_blocks(told.payload()["blocks"])
    assert lines[1] == "• `question` → user"
    assert "<!channel>" not in str(lines)
    assert "`id`" in lines[-1]
    assert conversion.read_value(told.blocks[-1]["elements"][0]["value"]) == ("ds_1-v1", ("user=question",))
