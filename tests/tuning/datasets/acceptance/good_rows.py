"""Rows that nobody could object to, of each format: what a planted defect stands among."""

import json

_PLACES = [
    "Lisbon",
    "Oslo",
    "Kyoto",
    "Quito",
    "Nairobi",
    "Perth",
    "Reykjavik",
    "Hanoi",
    "Tallinn",
    "Cusco",
    "Zagreb",
    "Bergen",
    "Tunis",
    "Osaka",
    "Lima",
]
_DISHES = [
    "lentil soup",
    "rye bread",
    "mushroom risotto",
    "plum cake",
    "fish stew",
    "onion tart",
    "pea curry",
    "apple strudel",
]
_VERBS = ["opens", "closes", "restarts", "moves", "grows", "sleeps", "repeats", "fades", "waits"]
_CITIES = ["成都", "杭州", "青岛", "昆明", "厦门", "西安", "哈尔滨", "兰州", "桂林"]
_GOODS = ["雨伞", "台灯", "茶壶", "书包", "耳机", "水杯", "毛毯", "键盘"]
_LESSONS = (
    "Keep the lid half open and stir twice.",
    "Let it rest overnight before you slice it, and warm the plates first.",
    "Salt comes at the very end; taste, then decide.",
    "A heavy pan holds the heat, so turn the flame down sooner than you think you should.",
    "Chop finely. Brown slowly. Serve at once.",
)
WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "The weather of one city on one day.",
        "parameters": {
            "type": "object",
            "properties": {
                "city": {"type": "string", "description": "As people write it."},
                "day": {"type": "integer", "minimum": 0, "maximum": 14},
            },
            "required": ["city"],
            "additionalProperties": False,
        },
    },
}


def user(content):
    return {"role": "user", "content": content}


def assistant(content, **more):
    return {"role": "assistant", "content": content, **more}


def call(call_id="call_1", name="get_weather", arguments='{"city": "Oslo", "day": 2}'):
    return {"id": call_id, "type": "function", "function": {"name": name, "arguments": arguments}}


def calling(*calls, **more):
    return {"role": "assistant", "tool_calls": list(calls or [call()]), **more}


def result(content="7 degrees and windy", call_id="call_1"):
    return {"role": "tool", "tool_call_id": call_id, "content": content}


def turns(*messages, **more):
    return {"messages": list(messages), **more}


def tool_row(*messages, **more):
    """A row that declares the tool; by default asked, called, answered, said."""
    whole = (user("Do I need a coat in Oslo?"), calling(), result(), assistant("Yes, a windproof one: seven degrees."))
    return turns(*(messages or whole), tools=[WEATHER], **more)


def chat(i):
    """The i-th row: English, Chinese and tool calls in turn, each saying something else."""
    place, dish, lesson = _PLACES[i % 15], _DISHES[i % 8], _LESSONS[i % 5]
    city, good = _CITIES[i % 9], _GOODS[(i * 3) % 8]
    if i % 4 == 1:
        answer = f"可以的，{good}从{city}寄出，{2 + i % 5}天左右能到，请留意第{i}号包裹的短信。"
        return turns(user(f"我在{city}买的{good}什么时候能送到？订单尾号{i}"), assistant(answer))
    if i % 4 == 3:
        asked = json.dumps({"city": place, "day": i % 14})
        said = f"{place} will have {i % 30} degrees, bring {'an umbrella' if i % 3 else 'sunglasses'} for day {i % 14}."
        return tool_row(
            user(f"How warm is {place} in {i % 14} days?"),
            calling(call(arguments=asked)),
            result(f"{i % 30} C"),
            assistant(said),
        )
    if i % 4 == 2:
        verb = _VERBS[i % 9]
        return turns(
            user(f"Why does the {dish} recipe from {place} fail, attempt {i}?"),
            assistant(f"Tell me how hot the oven was when the crust {verb}."),
            user(f"About {150 + i} degrees."),
            assistant(f"That is too cold for {dish}. {lesson}"),
        )
    return turns(
        user(f"One tip for {dish} as they make it in {place}, number {i}?"),
        assistant(f"{lesson} In {place} they add {i} grams of butter."),
    )


def prompt(i):
    row = chat(i * 4)["messages"]
    return {"prompt": row[0]["content"] + "\n\n###\n\n", "completion": " " + row[1]["content"] + " END"}


def preference(i):
    row = chat(i * 4 + (i % 2))["messages"]
    worse = (
        f"我不太清楚，您再查查看第{i}页的说明吧，谢谢您的耐心。"
        if i % 2
        else f"Number {i}: use whatever oil you can find and hope that it works out somehow, more is better."
    )
    return {"input": {"messages": [row[0]]}, "preferred_output": [row[1]], "non_preferred_output": [assistant(worse)]}


def reinforcement(i):
    a, b = i * 7 + 3, i * 5 + 11
    return turns(
        {"role": "developer", "content": "Answer with the number alone."},
        user(f"{_PLACES[i % 15]} had {a} visitors in the morning and {b} later. How many on that day?"),
        reference_answer=str(a + b),
    )


GRADER = {
    "type": "string_check",
    "name": "same",
    "operation": "eq",
    "input": "{{sample.output_text}}",
    "reference": "{{item.reference_answer}}",
}
MAKERS = {"chat": chat, "prompt": prompt, "preference": preference, "reinforcement": reinforcement}


def rows(kind="chat", count=12):
    return [MAKERS[kind](i) for i in range(count)]


def line(row):
    """A row as it stands in the file; raw text stays as it is."""
    if isinstance(row, bytes):
        return row
    return (row if isinstance(row, str) else json.dumps(row, ensure_ascii=False)).encode()


def jsonl(rows):
    return b"".join(line(row) + b"\n" for row in rows)
