import pytest

from bot.demo import sights
from bot.demo.sights import Compared, Step


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("marv: training, step 7 of 39, loss 2.310", Step(7, 39, "2.310"), id="english"),
        pytest.param(
            "marv-2：训练中，第 12 步，共 39 步，损失 0.981", Step(12, 39, "0.981"), id="chinese, numbered name"
        ),
        pytest.param("marv: waiting in the provider's queue", None, id="no step yet"),
        pytest.param("", None, id="no text"),
    ],
)
def test_a_step_is_read_off_the_cards_sentence_in_any_language(text: str, expected: Step | None) -> None:
    assert sights.steps({"text": text}) == ([expected] if expected else [])


def test_steps_that_no_edit_showed_alone_are_read_below_the_chart() -> None:
    message = {
        "text": "marv: training, step 8 of 39, loss 2.310",
        "blocks": [
            {"type": "context", "elements": [{"type": "mrkdwn", "text": "loss at step 6: 2.500 · 7: 2.400 · 8: 2.310"}]}
        ],
    }
    assert sights.steps(message) == [Step(6, 39, "2.500"), Step(7, 39, "2.400"), Step(8, 39, "2.310")]


def section(text: str) -> dict[str, object]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def test_a_comparison_is_read_as_question_base_and_tuned() -> None:
    message = {
        "blocks": [
            {"type": "header", "text": {"type": "plain_text", "text": "marv: base and tuned"}},
            {"type": "divider"},
            section("*Who wrote Faust?*"),
            section("*Base model:* Faust: it was *written* by Goethe."),
            section("*Tuned model:* Goethe &amp; his endless patience."),
            {"type": "context", "elements": [{"type": "mrkdwn", "text": "expected: Goethe"}]},
        ]
    }
    assert sights.compared(message) == [
        Compared("Who wrote Faust?", "Faust: it was written by Goethe.", "Goethe & his endless patience.")
    ]


def test_a_message_without_dividers_is_no_comparison() -> None:
    assert sights.compared({"blocks": [section("a"), section("b"), section("c")]}) == []


def test_a_message_is_read_top_to_bottom_without_mark_up() -> None:
    message = {
        "text": "for screen readers",
        "blocks": [
            section("✅ *Ready*: `marv.jsonl`\nsecond line"),
            {
                "type": "context",
                "elements": [{"type": "mrkdwn", "text": "64 examples"}, {"type": "mrkdwn", "text": "2 kB"}],
            },
            {"type": "actions", "elements": [{"type": "button", "action_id": "jobs.start"}]},
        ],
    }
    assert sights.lines(message) == ["✅ Ready: marv.jsonl", "second line", "64 examples · 2 kB"]
    assert sights.actions(message) == ["jobs.start"]


def test_a_message_without_blocks_is_its_text() -> None:
    assert sights.lines({"text": "Started <!date^1^{ago}|2026-11-22 10:00 UTC>"}) == ["Started 2026-11-22 10:00 UTC"]


def test_people_are_called_by_their_names() -> None:
    assert sights.lines({"text": "<@U1> asked <@U9>"}, {"U1": "ada"}) == ["@ada asked @U9"]
