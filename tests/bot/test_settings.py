import re
from decimal import Decimal
from pathlib import Path
from typing import get_args

import pytest

from bot.provider_settings import ProviderName
from bot.settings import Settings
from bot.wrong_settings import WrongSettings, variable_of
from tuning.authority import Policy
from tuning.providers.profiles import PROFILES
from tuning.texts import LANGUAGES, Texts

_SLACK = {"SLACK_BOT_TOKEN": "xoxb-1-secret", "SLACK_APP_TOKEN": "xapp-1-secret"}


def _codes(load, **variables: str) -> list[str]:
    with pytest.raises(WrongSettings) as caught:
        load(**variables)
    return [problem.code for problem in caught.value.problems]


def test_two_tokens_are_enough(load):
    settings = load(**_SLACK)

    assert settings.transport == "socket"
    assert settings.slack_api_url == "https://slack.com/api/"
    assert settings.slack_file_hosts == ("files.slack.com",)
    assert settings.provider == "trainer"
    assert [(one.name, one.url) for one in settings.providers] == [("trainer", PROFILES["trainer"].base_url)]
    assert settings.database_url == "sqlite+aiosqlite:///data/tunesmith.sqlite"
    assert settings.inbox_url == "sqlite+aiosqlite:///data/inbox.sqlite"
    assert settings.durable_url == "sqlite+aiosqlite:///data/durable.sqlite"
    assert settings.max_file_bytes == 512 * 1024 * 1024


def test_loading_touches_no_disk(load, tmp_path):
    load(**_SLACK)

    assert list(tmp_path.iterdir()) == []


def test_a_signing_secret_alone_means_http(load):
    assert load(SLACK_BOT_TOKEN="xoxb-1", SLACK_SIGNING_SECRET="abc").transport == "http"


def test_http_can_be_asked_for_beside_an_app_token(load):
    assert load(**_SLACK, SLACK_SIGNING_SECRET="abc", TUNESMITH_TRANSPORT="http").transport == "http"


def test_the_environment_goes_before_the_file(load, tmp_path):
    Path(tmp_path, ".env").write_text("SLACK_BOT_TOKEN=xoxb-file\nSLACK_APP_TOKEN=xapp-file\nTUNESMITH_LANGUAGE=zh\n")

    settings = load(SLACK_BOT_TOKEN="xoxb-environment")

    assert settings.slack_bot_token.get_secret_value() == "xoxb-environment"
    assert settings.slack_app_token.get_secret_value() == "xapp-file"
    assert settings.language == "zh"


def test_until_set_otherwise_only_admins_start_paid_jobs_and_there_is_no_cap(load):
    assert load(**_SLACK).policy == Policy()


def test_who_starts_paid_jobs_and_for_how_much_is_set_in_words_and_dollars(load):
    caps = {"TUNESMITH_JOB_CAP_USD": "$12.50", "TUNESMITH_MONTH_CAP_USD": "100"}

    policies = [load(**_SLACK, **caps, TUNESMITH_STARTERS=starters).policy for starters in ("everyone", "U1, U2")]

    assert policies == [
        Policy((), does_everybody_start=True, job_cap_usd=Decimal("12.5"), month_cap_usd=Decimal(100)),
        Policy(("U1", "U2"), job_cap_usd=Decimal("12.5"), month_cap_usd=Decimal(100)),
    ]


@pytest.mark.parametrize("amount", ["twenty", "-1", "NaN", "1e999999999"])
def test_a_cap_that_is_no_amount_is_refused(load, amount):
    assert _codes(load, **_SLACK, TUNESMITH_JOB_CAP_USD=amount) == ["settings.usd"]


def test_somebody_named_instead_of_given_by_id_may_not_start(load):
    assert _codes(load, **_SLACK, TUNESMITH_STARTERS="everyone, ada") == ["settings.starters"]


def test_lists_are_separated_by_commas(load):
    settings = load(**_SLACK, TUNESMITH_ADMINS="U1, U2 ,", SLACK_FILE_HOSTS="files.slack.com,127.0.0.1:4100")

    assert settings.admins == ("U1", "U2")
    assert settings.slack_file_hosts == ("files.slack.com", "127.0.0.1:4100")


@pytest.mark.parametrize(
    "url", ["postgres://bot@db/tunesmith", "postgresql://bot@db/tunesmith", "postgresql+asyncpg://bot@db/tunesmith"]
)
def test_postgresql_holds_everything_and_is_spoken_to_by_our_driver(load, url):
    settings = load(**_SLACK, TUNESMITH_DATABASE_URL=url)

    everything = {settings.database_url, settings.inbox_url, settings.durable_url}
    assert everything == {"postgresql+psycopg://bot@db/tunesmith"}


def test_a_provider_s_own_key_is_used_for_it_alone(load):
    assert load(**_SLACK, TUNESMITH_PROVIDER="openai", OPENAI_API_KEY="sk-1").providers[0].key == "sk-1"
    assert load(TUNESMITH_PROVIDER_KEY="sk-2").providers[0].key == "sk-2"
    custom = load(
        TUNESMITH_PROVIDER="custom", TUNESMITH_PROVIDER_URL="https://llm.example.com/v1/", TUNESMITH_PROVIDER_KEY=""
    ).providers[0]
    assert (custom.key, custom.url) == ("", "https://llm.example.com/v1")


def test_several_providers_are_set_up_at_once_each_with_its_own_address_and_key(load):
    settings = load(
        **_SLACK,
        TUNESMITH_PROVIDER="openai",
        TUNESMITH_PROVIDER_KEY="sk-1",
        TUNESMITH_FURTHER_PROVIDERS="azure, nebius, openai, trainer",
        TUNESMITH_AZURE_URL="https://ours.openai.azure.com/openai/v1?api-version=preview",
        AZURE_OPENAI_API_KEY="az-1",
        TUNESMITH_NEBIUS_KEY="ne-1",
        TUNESMITH_TRAINER_URL="http://10.0.0.7:8100/v1",
    )

    assert [(one.name, one.url, one.key) for one in settings.providers] == [
        ("openai", "https://api.openai.com/v1", "sk-1"),
        ("azure", "https://ours.openai.azure.com/openai/v1?api-version=preview", "az-1"),
        ("nebius", "https://api.tokenfactory.nebius.com/v1", "ne-1"),
        ("trainer", "http://10.0.0.7:8100/v1", ""),
    ]
    assert "sk-1" not in repr(settings.providers)


def test_the_settings_name_every_profile_there_is():
    assert set(get_args(ProviderName)) == set(PROFILES)


def test_a_further_provider_that_lacks_something_is_told_by_its_own_variables(load):
    with pytest.raises(WrongSettings) as caught:
        load(**_SLACK, TUNESMITH_FURTHER_PROVIDERS="nebius")
    assert "TUNESMITH_NEBIUS_KEY / NEBIUS_API_KEY" in caught.value.sentences(Texts.load(), "en")[0]


@pytest.mark.parametrize(
    ("variables", "code"),
    [
        ({"SLACK_APP_TOKEN": "xapp-1"}, "settings.no_bot_token"),
        ({**_SLACK, "SLACK_BOT_TOKEN": "xapp-1"}, "settings.bot_token"),
        ({**_SLACK, "SLACK_APP_TOKEN": "xoxb-1"}, "settings.app_token"),
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, "settings.no_transport"),
        ({**_SLACK, "TUNESMITH_TRANSPORT": "http"}, "settings.no_signing_secret"),
        ({**_SLACK, "TUNESMITH_DATABASE_URL": "mysql://root@db/x"}, "settings.database_url"),
        ({**_SLACK, "TUNESMITH_DATABASE_URL": "postgresql://bot@db:abc/x"}, "settings.database_address"),
        ({**_SLACK, "TUNESMITH_DATABASE_URL": "postgresql://bot@db"}, "settings.database_address"),
        ({**_SLACK, "TUNESMITH_DATABASE_URL": "sqlite://"}, "settings.database_address"),
        ({**_SLACK, "TUNESMITH_BUCKET_URL": "my-bucket"}, "settings.bucket_url"),
        ({**_SLACK, "TUNESMITH_ADMINS": "U012AB, @ada"}, "settings.user_id"),
        ({**_SLACK, "TUNESMITH_LANGUAGE": "de"}, "settings.choice"),
        ({**_SLACK, "TUNESMITH_TRANSPORT": "https"}, "settings.choice"),
        ({**_SLACK, "TUNESMITH_LOG_LEVEL": "LOUD"}, "settings.choice"),
        ({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "xapp-1"}, "settings.signing_secret"),
        ({**_SLACK, "TUNESMITH_PROVIDER": "custom"}, "settings.no_provider_url"),
        ({**_SLACK, "TUNESMITH_PROVIDER_URL": "llm.example.com"}, "settings.provider_url"),
        ({**_SLACK, "TUNESMITH_PROVIDER_URL": "http://h:abc/v1"}, "settings.provider_url"),
        ({**_SLACK, "TUNESMITH_PROVIDER_URL": "http://[h/v1"}, "settings.provider_url"),
        ({**_SLACK, "TUNESMITH_PROVIDER": "openai"}, "settings.no_provider_key"),
        ({**_SLACK, "TUNESMITH_PROVIDER": "unsloth"}, "settings.no_provider_url"),
        ({**_SLACK, "TUNESMITH_PROVIDER": "opnai"}, "settings.choice"),
        ({**_SLACK, "TUNESMITH_FURTHER_PROVIDERS": "nebius"}, "settings.no_provider_key"),
        ({**_SLACK, "TUNESMITH_FURTHER_PROVIDERS": "mistral"}, "settings.choice"),
        ({**_SLACK, "TUNESMITH_PORT": "70000"}, "settings.number"),
        ({**_SLACK, "TUNESMITH_MAX_FILE_BYTES": "a lot"}, "settings.number"),
        ({**_SLACK, "TUNESMITH_API_KEY": "short"}, "settings.api_key"),
        ({**_SLACK, "TUNESMITH_API_KEY": "with blanks and everything"}, "settings.api_key"),
    ],
)
def test_each_mistake_has_its_own_sentence(load, variables, code):
    assert _codes(load, **variables) == [code]


def test_everything_that_is_missing_is_told_at_once_beside_what_is_wrong(load):
    codes = _codes(load, TUNESMITH_PROVIDER="openai", TUNESMITH_PORT="x")

    assert codes == [
        "settings.number",
        "settings.no_bot_token",
        "settings.no_transport",
        "settings.no_provider_key",
    ]


def test_a_token_in_the_wrong_place_is_told_by_its_beginning_and_no_further(load):
    with pytest.raises(WrongSettings) as caught:
        load(SLACK_BOT_TOKEN="xoxb-1", SLACK_APP_TOKEN="xoxb-hunter2")

    [sentence] = caught.value.sentences(Texts.load(), "en")
    assert sentence == (
        "SLACK_APP_TOKEN starts with xoxb-; it must start with xapp-: Basic Information → App-Level Tokens."
    )


@pytest.mark.parametrize("content", [b"SLACK_BOT_TOKEN=\xff\xfe", None], ids=["no text", "a folder"])
def test_an_env_file_that_cannot_be_read_is_told(load, tmp_path, content):
    path = Path(tmp_path, ".env")
    path.mkdir() if content is None else path.write_bytes(content)

    assert _codes(load)[0] in {"settings.env_file", "settings.no_bot_token"}


def test_the_log_s_level_may_be_written_small(load):
    assert load(**_SLACK, TUNESMITH_LOG_LEVEL="debug").log_level == "DEBUG"


@pytest.mark.parametrize(
    "url",
    [
        "http://slack.com/api/",
        "https://slack.com.evil.example/api/",
        "https://evil.example/slack.com/",
        "https://slack.com@evil.example/api/",
        "https://notslack.com/api/",
        "http://10.0.0.7/api/",
        "https://slack.com:abc/api/",
    ],
)
def test_tokens_are_sent_nowhere_but_to_slack(load, url):
    assert _codes(load, **_SLACK, SLACK_API_URL=url) == ["settings.slack_api_url"]


@pytest.mark.parametrize(
    "host", ["evil.example", "files.slack.com.evil.example", "files.slack.com:444", "slack.com@evil.example", "[x"]
)
def test_files_are_fetched_from_nowhere_but_slack(load, host):
    assert _codes(load, **_SLACK, SLACK_FILE_HOSTS=f"files.slack.com,{host}") == ["settings.slack_file_hosts"]


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:4100/api/", "http://localhost:4100/api", "https://slack-gov.com/api/"]
)
def test_the_local_workspace_and_slack_s_own_hosts_are_fine(load, url):
    assert load(**_SLACK, SLACK_API_URL=url).slack_api_url == url.rstrip("/") + "/"


def test_several_mistakes_are_told_together_in_both_languages_and_without_secrets(load):
    with pytest.raises(WrongSettings) as caught:
        load(SLACK_BOT_TOKEN="hunter2", TUNESMITH_PORT="x", TUNESMITH_PROVIDER="opnai")

    texts = Texts.load()
    for language in LANGUAGES:
        sentences = " ".join(caught.value.sentences(texts, language))
        assert "hunter2" not in sentences
        for name in ("SLACK_BOT_TOKEN", "TUNESMITH_PORT", "TUNESMITH_PROVIDER"):
            assert name in sentences


def test_every_secret_is_known_to_be_one(load):
    settings = load(**_SLACK, SLACK_SIGNING_SECRET="hush", TUNESMITH_PROVIDER_KEY="sk-1")

    assert {"xoxb-1-secret", "xapp-1-secret", "hush", "sk-1"} <= set(settings.secrets())


def test_secrets_are_not_shown_when_settings_are_printed(load):
    settings = load(
        SLACK_BOT_TOKEN="xoxb-hunter2",
        SLACK_APP_TOKEN="xapp-hunter2",
        TUNESMITH_PROVIDER_KEY="sk-hunter2",
        TUNESMITH_DATABASE_URL="postgresql://bot:hunter2@db/tunesmith",
    )

    assert "hunter2" not in repr(settings)


_DOCS = Path(__file__).parents[2]


def _named_in(page: str) -> set[str]:
    return set(re.findall(r"\b(?:TUNESMITH|SLACK)_[A-Z_]*[A-Z]\b", (_DOCS / page).read_text(encoding="utf-8")))


def test_every_setting_has_its_line_in_the_operators_page_and_no_page_names_another():
    own = {variable_of(Settings, name) for name in Settings.model_fields}
    of_providers = {f"TUNESMITH_{name.upper()}_{what}" for name in PROFILES for what in ("URL", "KEY")}

    assert own - of_providers - {"SLACK_API_URL"} <= _named_in("docs/operating.md")
    for page in ("README.md", "README.zh-CN.md", "docs/operating.md"):
        assert _named_in(page) - own - of_providers == set()
