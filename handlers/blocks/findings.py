"""A finding of the check as one entry of a list: its gravity, what is wrong and where, what to do, and what stands there."""

from handlers.language import Voice
from handlers.mrkdwn import clip, escape, quoted_name
from tuning.datasets.findings import Finding
from tuning.datasets.wording import Wording

_SIGNS = {"E": "🔴", "W": "🟡", "I": "🔵"}
_CHARACTERS = 500
"""Of each sentence: five findings stay on one screen."""


def finding_line(voice: Voice, finding: Finding) -> str:
    message, fix = finding_sentences(voice, finding)
    lines = [clip(escape(message), _CHARACTERS), f"→ {clip(escape(fix), _CHARACTERS)}"]
    if finding.evidence:
        lines.append(voice("check.evidence", evidence=quoted_name(finding.evidence)))
    return f"{_SIGNS[finding.severity]} " + "\n        ".join(lines)


def finding_sentences(voice: Voice, finding: Finding) -> tuple[str, str]:
    """What is wrong, and what to do about it."""
    wording = Wording(voice.texts, voice.language)
    return wording.message(finding), wording.fix(finding)
