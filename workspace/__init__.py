"""A Slack-compatible workspace for one machine: Web API, Socket Mode, signed events and a page in the browser."""
