"""Block Kit: which blocks Slack would accept, and what a person enters into them."""
