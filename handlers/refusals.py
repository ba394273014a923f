"""Slack's own word for why it refused a call."""

from collections.abc import Mapping

from slack_sdk.errors import SlackApiError


def refusal(error: SlackApiError) -> str:
    """Such as `channel_not_found`; empty where the answer wasn't Slack's JSON at all, as from a proxy."""
    said = getattr(error.response, "data", error.response)
    return str(said.get("error") or "") if isinstance(said, Mapping) else ""
