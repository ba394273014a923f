"""Each rule on quality: a defect planted in a good file of English, Chinese and tool calls, and a near miss."""

import pytest

from tests.tuning.datasets.planting import SYSTEM, chat, gained, good_rows, only, planted, report_on, said

ASKED = said("user", "May I bring my dog?")
HAN_ASKED = said("user", "我可以带狗来吗？")


def answered(text: str, question=ASKED):
    return chat(question, said("assistant", text))


def varied(text: str, count: int, every: int = 1):
    """The good file with `count` of its answers, every so many rows, exchanged for a text."""
    changed = set(range(0, count * every, every))
    return [
        {**row, "messages": [*row["messages"][:-1], said("assistant", text.format(n=n))]} if n in changed else row
        for n, row in enumerate(good_rows())
    ]


LONG = "Yes, dogs are welcome in every room of ours, and the garden has a bowl of fresh water for them"

IN_A_ROW = [
    ("Q008", answered("The cafÃ© is open."), answered("The café is open.")),
    ("Q008", answered("It’s â€œfreeâ€™."), answered("It’s “free”.")),
    ("Q008", answered("Breakfast&nbsp;is free."), answered("Breakfast & tea; all free.")),
    ("Q008", answered("房间锟斤拷空着。", HAN_ASKED), answered("房间空着。", HAN_ASKED)),
    ("Q008", answered("Room\u200b12 is free."), answered("Room 12 is free \U0001f468\u200d\U0001f469\u200d\U0001f467.")),
    ("Q009", answered("Ask <@U02ABCDEF> at the desk."), answered("Ask @ada at the desk.")),
    ("Q009", answered("See <https://hotel.example|our page>."), answered("See https://hotel.example, our page.")),
    ("Q009", answered("Bed &amp; breakfast."), answered("Bed & breakfast.")),
    ("Q009", answered(":tada: Welcome to the house."), answered("See a/b:smile:c and x::fire:: for it.")),
    ("Q009", answered("Welcome :tada:"), answered("From 10:30:45 to a:b:c.")),
    ("Q010", answered("Yes, of course you may. " * 8), answered("Yes, of course you may. " * 2)),
    ("Q010", answered("当然可以，我们非常欢迎小狗。" * 8, HAN_ASKED), answered("哈哈哈哈哈哈，当然可以。", HAN_ASKED)),
    ("Q010", answered("ha" * 60 + "."), answered("ha" * 10)),
    ("Q012", answered("小狗可以进房间，也可以进花园，不过请您记得自己带上", HAN_ASKED), answered("小狗可以进房间，也可以进花园，不过请您带上绳子。", HAN_ASKED)),
    ("Q012", answered(f"{LONG} and the"), answered(f"{LONG}.")),
    ("Q012", answered(LONG), answered(f"{LONG}!")),
    ("Q012", answered("Use this:\n```\nprint(1)\n"), answered("Use this:\n```\nprint(1)\n```")),
    ("Q015", answered("TODO: ask the manager."), answered("Todo lists are at the desk.")),
    ("Q015", answered("Dear {{name}}, yes."), answered("Dear {name}, yes.")),
    ("Q015", answered("Yes, call [insert phone number]."), answered("Yes, see [add it here](https://a.example).")),
    ("Q015", answered("尊敬的[姓名]，当然可以。", HAN_ASKED), answered("尊敬的客人，当然可以。", HAN_ASKED)),
    ("Q015", answered("当然，XXX先生，您可以带。", HAN_ASKED), answered("当然，我们有XXL的窝。", HAN_ASKED)),
    ("Q016", answered("As an AI language model I like dogs."), answered("An AI likes dogs as well.")),
    ("Q016", answered("作为一个AI，我喜欢狗。", HAN_ASKED), answered("作为一名前台，我喜欢狗。", HAN_ASKED)),
    ("Q018", answered("我们欢迎你的狗，我們還有一個花園。", HAN_ASKED), answered("我们欢迎。", HAN_ASKED)),
    ("Q018", answered("欢迎,请进；小狗也可以，猫,也行。", HAN_ASKED), answered("欢迎，请进。", HAN_ASKED)),
    ("Q018", answered("欢迎,请进,小狗也可以。", HAN_ASKED), answered("Welcome，欢迎。", HAN_ASKED)),
    ("Q007", answered("The dog may come with you to the garden, and it has water there.", said("user", "Darf ich meinen Hund mit in den Garten nehmen, und ist dort Wasser für ihn?")),
     answered("Ja, der Hund darf mit in den Garten, und dort ist auch Wasser für ihn.", said("user", "Darf ich meinen Hund mit in den Garten nehmen, und ist dort Wasser für ihn?"))),
    ("Q007", answered("Le chien est dans le jardin avec vous, et nous avons de l'eau pour lui.", said("user", "What is it that the dog can do in the garden?")),
     answered("Le chien est dans le jardin avec vous, et nous avons de l'eau pour lui.", said("user", "Translate this for me: the dog is in the garden with you, and we have water."))),
    ("Q007", answered("当然可以，我们非常欢迎您的小狗。"), answered("当然可以，我们非常欢迎您的小狗。", HAN_ASKED)),
    ("Q011", answered("OK"), answered("Yes, you may.")),
    ("Q011", answered("We welcome every dog, and its owner too. One bowl, two beds, nine toys wait here. " * 3 + " ".join(map(str, range(300)))), answered("Yes, you may.")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "wrong", "near_miss"), IN_A_ROW, ids=[f"{case[0]}-{n}" for n, case in enumerate(IN_A_ROW)]
)
def test_a_defect_of_a_row_is_reported_alone_and_a_near_miss_is_not(code, wrong, near_miss) -> None:
    assert planted(wrong) - {("S006", 21)} == {(code, 21)}
    assert planted(near_miss) == set()


PROMPTS = tuple({"messages": [said("user", f"Sort this: ticket {n * n}."), said("assistant", "billing" if n % 3 else "delivery")]} for n in range(50))  # fmt: skip
ONE_SIDED = tuple({"messages": [row["messages"][0], said("assistant", "billing" if n else "delivery")]} for n, row in enumerate(PROMPTS))  # fmt: skip
SORTED = sorted(PROMPTS, key=lambda row: row["messages"][1]["content"])
OTHER_SYSTEM = {**good_rows()[0], "messages": [said("system", "Be rude."), *good_rows()[0]["messages"][1:]]}
LONG_SYSTEM = [
    {**row, "messages": [said("system", "Be kind to every guest. " * 60), *row["messages"][1:]]} for row in good_rows()
]

OF_A_FILE = [
    ("Q001", [*good_rows(), good_rows()[3]], 51, [*good_rows(), answered("Yes, you may.")]),
    (
        "Q002",
        [*good_rows(), chat(good_rows()[0]["messages"][1], said("assistant", good_rows()[0]["messages"][2]["content"][:-1] + "!"))],
        51,
        good_rows(),
    ),
    ("Q003", [*good_rows(), chat(good_rows()[0]["messages"][1], said("assistant", "I am afraid nobody knows."))], 51, good_rows()),
    ("Q004", varied("Please ask at the desk, they know.", 35), 1, varied("Please ask at the desk, they know.", 25)),
    ("Q005", varied("I'm sorry, but I can't help with request {n} today.", 6, 3), 1, varied("I'm sorry, request {n} took long.", 6, 3)),
    ("Q006", ONE_SIDED, None, PROMPTS),
    ("Q013", [*good_rows()[1:], OTHER_SYSTEM], None, good_rows()),
    ("Q013", LONG_SYSTEM, None, good_rows()),
    ("Q014", varied('{{"minutes": {n}, "door": 3, "way": "down the hill"}}', 10, 4), 1, varied("**{n}** minutes, to be exact.", 2, 4)),
    ("Q019", SORTED, None, PROMPTS),
    ("Q019", [answered("very " * n + "welcome.", said("user", f"Dog {n}?")) for n in range(50)], None, good_rows()),
]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "wrong", "line", "near_miss"), OF_A_FILE, ids=[f"{case[0]}-{n}" for n, case in enumerate(OF_A_FILE)]
)
def test_a_defect_of_a_file_is_reported_on_its_line_and_a_near_miss_is_not(code, wrong, line, near_miss) -> None:
    assert (code, line) in gained(wrong)
    assert code not in {found for found, _ in gained(near_miss)}


def test_the_good_file_has_nothing_but_its_size_and_its_totals_told() -> None:
    assert {finding.code for finding in report_on(good_rows()).findings} == {"K001", "S003"}


def test_twelve_rows_are_enough_for_order_form_and_the_number_of_distinct_cases() -> None:
    twelve = good_rows()[:12]
    by_length = [answered("very " * n + "welcome.", said("user", f"Dog {n}?")) for n in range(12)]
    drifting = [
        *twelve[:9],
        *(answered(f"- **{n}** ways\n- one door", said("user", f"Ways at {n}?")) for n in (3, 50, 700)),
    ]
    long = "The parcel for the guest in the room above the kitchen came on Monday and waits at the desk"
    alike = [answered(f"{long}{end}", said("user", "Is there a parcel?")) for end in (".", "!", "?", ";")]
    assert {code for code, _ in gained(by_length, twelve)} == {"Q019"}
    assert {code for code, _ in gained(drifting, twelve)} == {"Q014"}
    assert "Q017" in {code for code, _ in gained([*twelve, *alike])}
    assert not {code for code, _ in gained(twelve)} & {"Q014", "Q017", "Q019"}


def test_copies_of_most_rows_block_the_job_and_few_only_warn() -> None:
    assert only([*good_rows()[:10]] * 5, "Q001").severity == "E"
    assert only([*good_rows(), good_rows()[3]], "Q001").severity == "W"


def test_one_answer_to_everything_blocks_the_job() -> None:
    assert only(varied("Please ask at the desk, where somebody knows.", 50), "Q004").severity == "E"
    assert only(varied("Please ask at the desk, where somebody knows.", 49), "Q004").severity == "W"


def test_broken_json_blocks_only_where_json_was_asked_for() -> None:
    rows = varied('{{"minutes": {n}, "door": 3}}', 50)
    broken = {**rows[7], "messages": [*rows[7]["messages"][:-1], said("assistant", '{"minutes": 7, "door"')]}
    asked = [{**row, "messages": [said("system", "Answer in JSON."), *row["messages"][1:]]} for row in [*rows, broken]]
    assert (only([*rows, broken], "Q012").severity, only(asked, "Q012").severity) == ("W", "E")
    assert only(asked, "Q012").line == 51


def test_distinct_cases_are_estimated_where_rows_are_alike() -> None:
    assert only([*good_rows()] * 2, "Q017").parameters == {"n": 100, "distinct": 50}


def test_a_broken_text_is_shown_as_it_was_probably_meant() -> None:
    assert "café" in only([*good_rows(), answered("The cafÃ© is open.")], "Q008").parameters["fixed"]


def test_system_texts_do_not_make_rows_alike() -> None:
    same = SYSTEM | {"content": SYSTEM["content"] * 20}
    rows = [{**row, "messages": [same, *row["messages"][1:]]} for row in good_rows()]
    assert "Q002" not in {code for code, _ in gained(rows)}
