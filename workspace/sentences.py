"""The few sentences that the workspace itself says to a person, in English and Chinese."""

_TEXTS = {
    "invalid_command": (
        "{command} is not a valid command.",
        "{command} 不是有效的命令。",
    ),
    "command_failed": (
        '{command} failed with the error "{error}"',
        "{command} 执行失败，错误：“{error}”",
    ),
    "trouble_connecting": (
        "We had some trouble connecting. Try again?",
        "连接时出了点问题，要再试一次吗？",
    ),
    "required_field": (
        "Please complete this required field.",
        "请填写此必填项。",
    ),
    "too_short": (
        "Please enter at least {count} characters.",
        "请至少输入 {count} 个字符。",
    ),
    "too_long": (
        "Please enter at most {count} characters.",
        "最多只能输入 {count} 个字符。",
    ),
    "not_a_number": (
        "Please enter a number.",
        "请输入数字。",
    ),
    "not_whole": (
        "Please enter a whole number.",
        "请输入整数。",
    ),
    "below_minimum": (
        "Please enter a number of {bound} or more.",
        "请输入不小于 {bound} 的数字。",
    ),
    "above_maximum": (
        "Please enter a number of {bound} or less.",
        "请输入不大于 {bound} 的数字。",
    ),
    "invite_whom": (
        "Whom? Write /invite @name.",
        "要邀请谁？请输入 /invite @名字。",
    ),
    "already_in_channel": (
        "@{name} is already in this channel.",
        "@{name} 已经在这个频道里了。",
    ),
}


def say(key: str, locale: str, **parameters: object) -> str:
    """Return a sentence for a reader of this locale: Chinese for zh-CN and its kin, else English."""
    english, chinese = _TEXTS[key]
    return (chinese if locale.startswith("zh") else english).format(**parameters)
