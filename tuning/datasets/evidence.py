"""What a finding may quote from a dataset: little, on one line, and never a secret."""

import json
import re

LONGEST_EVIDENCE = 120
"""Characters of a dataset that a finding quotes at most."""

_MASK = "•••"

# The symbols that Unicode keeps for showing control characters; U+0080 to U+009F have none.
_VISIBLE = {code: 0x2400 + code for code in range(0x20)} | {0x7F: 0x2421} | dict.fromkeys(range(0x80, 0xA0), 0xFFFD)

_SECRET = re.compile(
    r"""
    (?P<kind>
        (?: sk- | xox[abeprs]- | xapp- | gh[pousr]_ | github_pat_ | glpat- | AIza | AKIA | ASIA )
      | hooks\.slack\.com/services/
      | eyJ (?=[\w-]+\.eyJ)
      | (?i: password | passwd | secret | api_key ) ["']? \s* [=:] \s* ["']?
    )
    [^\s"'<>,;]{6,}
    | (?P<pem> -----BEGIN[ ][A-Z ]*PRIVATE[ ]KEY----- ) .*
    """,
    re.VERBOSE | re.DOTALL,
)


def masked(text: str) -> str:
    """The text with everything that looks like an API key, token or password replaced, keeping its first letters."""
    return _SECRET.sub(lambda match: (match["kind"] or match["pem"]) + _MASK, text)


def evidence(text: str, limit: int = LONGEST_EVIDENCE) -> str:
    """A short quotation: masked, on one line, without lone surrogates, at most `limit` characters.

    Secrets are masked before the text is cut, so that a cut never leaves half a secret unrecognised.
    """
    # A secret that begins inside the quotation ends within this many characters or is masked up to here anyway.
    window = text[: limit * 4]
    quoted = " ".join(masked(window).split()).translate(_VISIBLE).encode("utf-8", "replace").decode("utf-8")
    return quoted if len(quoted) <= limit else quoted[: limit - 1] + "…"


def as_written(value: object) -> str:
    """A JSON value as it stands in the file: a text as it is, everything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
