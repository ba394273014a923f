"""Moving the tuned models of a provider's account from a terminal, with no Slack: listed, moved, compared, written down."""
