"""What other tools call the speakers of a conversation, in the words of a supervised chat line."""

from typing import Final

ROLES: Final = ("system", "user", "assistant", "tool", "function")
"""The roles of a supervised chat line, exactly so written; `developer` is not among them."""

_GUESSES: Final = {
    "human": "user", "customer": "user", "question": "user", "prompter": "user",
    "gpt": "assistant", "bot": "assistant", "ai": "assistant", "chatbot": "assistant", "model": "assistant",
    "agent": "assistant", "chatgpt": "assistant", "answer": "assistant", "developer": "system",
}  # fmt: skip


def likely_role(written: str) -> str | None:
    """The role that somebody meant, whatever its case and the blanks around it; None where no tool writes it so."""
    bare = written.strip().lower()
    return bare if bare in ROLES else _GUESSES.get(bare)
