"""First words and help: what the bot does, and a button for each thing to do next."""

from handlers.blocks.example import LISTED, TRIED
from handlers.blocks.kit import Block, Content, actions, button, context, section, sections
from handlers.language import Voice

SUBCOMMANDS = (
    "start",
    "jobs",
    "status",
    "events",
    "cancel",
    "models",
    "delete",
    "serve",
    "move",
    "datasets",
    "check",
    "convert",
    "fix",
    "versions",
    "diff",
    "tag",
    "merge",
    "filter",
    "split",
    "tokens",
    "estimate",
    "compare",
    "advise",
    "approvals",
    "audit",
    "help",
)
"""Of `/finetune`, in the order in which help explains them."""

CHINESE = {
    "开始": "start",
    "任务": "jobs",
    "状态": "status",
    "事件": "events",
    "取消": "cancel",
    "模型": "models",
    "删除": "delete",
    "检查": "check",
    "数据集": "datasets",
    "转换": "convert",
    "修复": "fix",
    "版本": "versions",
    "差异": "diff",
    "标签": "tag",
    "合并": "merge",
    "筛选": "filter",
    "拆分": "split",
    "长度": "tokens",
    "估价": "estimate",
    "对比": "compare",
    "建议": "advise",
    "部署": "serve",
    "迁移": "move",
    "审批": "approvals",
    "审计": "audit",
    "帮助": "help",
}
"""The same in Chinese."""


def greeting(voice: Voice, hint: str = "") -> Content:
    """What a newcomer reads: one sentence, what to do first, and buttons.

    Args:
        hint: why a file that is dropped right here wouldn't reach us; it takes the place of the wish for one.
    """
    told = voice("first.words")
    ways_in = [section(hint)] if hint else [section(voice("first.drop")), context(voice("first.tables"))]
    return Content(told, (section(told), *ways_in, actions(first_doors(voice))))


def first_doors(voice: Voice) -> list[Block]:
    """Ways on for somebody who knows nothing yet."""
    return [
        button(voice("first.example"), TRIED, style="primary"),
        button(voice("first.examples"), LISTED),
        button(voice("first.models"), "models.list"),
        button(voice("first.guide"), "welcome.guide"),
        button(voice("commands.door.help"), "help.show"),
        language_switch(voice),
    ]


def language_switch(voice: Voice) -> Block:
    """Changes between the two languages for whoever presses it."""
    return button(voice("first.language"), "welcome.language", "en" if voice.language == "zh" else "zh")


def help_page(voice: Voice) -> Content:
    """Every command with what it is for; a thread can't take commands, so the mention is said as well."""
    told = voice("first.words")
    lines = [voice(f"commands.help.{name}") for name in SUBCOMMANDS]
    others = " ".join(SUBCOMMANDS if voice.language == "zh" else CHINESE)
    doors = [
        button(voice("commands.door.start"), "jobs.start", style="primary"),
        button(voice("commands.door.jobs"), "jobs.list"),
        button(voice("commands.door.models"), "models.list"),
        button(voice("first.guide"), "welcome.guide"),
    ]
    elsewise = voice("commands.help.elsewise", words=others)
    notes = context(voice("first.tables"), voice("commands.help.threads"), elsewise)
    return Content(told, (section(told), *sections(lines), notes, actions(doors)))
