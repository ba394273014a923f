"""Installing an app from its Slack manifest: a bot user, the tokens and what the app asked for.

The manifest's form is that of docs.slack.dev/reference/app-manifest.
"""

from collections.abc import Mapping
from pathlib import Path

import yaml

from workspace.records import App, JsonObject, Shortcut, SlashCommand, User
from workspace.state import State


class ManifestError(ValueError):
    """A manifest that can't be installed; `str()` says what is wrong with it."""


def read_manifest(source: Path | Mapping[str, object]) -> JsonObject:
    """Return a manifest from a YAML or JSON file, or as it was given; ManifestError when it is none."""
    if isinstance(source, Mapping):
        return dict(source)
    try:
        manifest = yaml.safe_load(source.read_text(encoding="utf-8"))
    except OSError as error:
        raise ManifestError(f"The manifest {source} can't be read: {error.strerror}.") from error
    except yaml.YAMLError as error:
        raise ManifestError(f"The manifest {source} is not YAML: {error}") from error
    if not isinstance(manifest, dict):
        raise ManifestError(f"The manifest {source} is not an object with display_information.")
    return manifest


def install(state: State, manifest: JsonObject, request_url: str | None = None) -> App:
    """Install the app: add its bot user and make its tokens.

    A `request_url` takes the place of every URL in the manifest and of Socket Mode.
    """
    try:
        app = _app(state, manifest, request_url)
    except KeyError as error:
        raise ManifestError(f"The manifest lacks or misspells {error}.") from error
    except (TypeError, AttributeError) as error:
        raise ManifestError("The manifest has text or a list where Slack expects an object, or the reverse.") from error
    bot_name = manifest.get("features", {}).get("bot_user", {}).get("display_name", app.name)
    handle = bot_name.lower().replace(" ", "-")
    state.users[app.bot_user_id] = User(app.bot_user_id, handle, bot_name, bot_id=app.bot_id, app_id=app.id)
    state.apps[app.id] = app
    return app


def _app(state: State, manifest: JsonObject, request_url: str | None) -> App:
    ids = state.ids
    features = manifest.get("features", {})
    settings = manifest.get("settings", {})
    events = settings.get("event_subscriptions", {})
    interactivity = settings.get("interactivity", {})
    app_id = ids.make("A")
    return App(
        id=app_id,
        name=manifest["display_information"]["name"],
        bot_user_id=ids.make("U"),
        bot_id=ids.make("B"),
        bot_token=f"xoxb-{ids.random.randrange(10**11, 10**12)}-{ids.secret(24)}",
        app_token=f"xapp-1-{app_id}-{ids.random.randrange(10**11, 10**12)}-{ids.secret(64)}",
        signing_secret=ids.secret(32),
        verification_token=ids.secret(24),
        scopes=frozenset(manifest.get("oauth_config", {}).get("scopes", {}).get("bot", ())),
        events=frozenset(events.get("bot_events", ())),
        commands={entry["command"]: _command(entry, request_url) for entry in features.get("slash_commands", ())},
        shortcuts=tuple(_shortcut(entry) for entry in features.get("shortcuts", ())),
        is_socket_mode=bool(settings.get("socket_mode_enabled")) and request_url is None,
        events_url=request_url or events.get("request_url"),
        interactivity_url=request_url or interactivity.get("request_url"),
        suggested_prompts=tuple(features.get("agent_view", {}).get("suggested_prompts", ())),
    )


def _command(entry: JsonObject, request_url: str | None) -> SlashCommand:
    return SlashCommand(
        name=entry["command"],
        description=entry["description"],
        usage_hint=entry.get("usage_hint", ""),
        url=request_url or entry.get("url"),
        should_escape=bool(entry.get("should_escape")),
    )


def _shortcut(entry: JsonObject) -> Shortcut:
    return Shortcut(entry["name"], entry["type"], entry["callback_id"], entry.get("description", ""))
