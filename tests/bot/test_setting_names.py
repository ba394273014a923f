"""By which names settings are read: by their variables, and by nothing that means something else."""

from bot.settings import Settings

_SLACK = {"SLACK_BOT_TOKEN": "xoxb-1-secret", "SLACK_APP_TOKEN": "xapp-1-secret"}
_OTHERS = {
    "LANGUAGE": "en_GB:en",
    "PORT": "http",
    "DATA": "/",
    "API_KEY": "short",
    "HOST": "",
    "DATABASE_URL": "mysql://",
}
"""What systems and hosting platforms set for purposes of their own."""


def test_the_variables_of_other_programs_set_nothing(load, tmp_path):
    usual = load(**_SLACK)
    (tmp_path / ".env").write_text("".join(f"{name}={value}\n" for name, value in _OTHERS.items()))

    assert load(**_OTHERS) == usual


def test_code_sets_a_field_by_its_name_and_an_operator_by_its_variable(load):
    assert load(**_SLACK, TUNESMITH_LANGUAGE="zh").language == "zh"
    assert Settings(_env_file=None, slack_bot_token="xoxb-1", slack_app_token="xapp-1", port=7).port == 7
