"""Thousands of mutated requests against the trainer's own OpenAPI document: none may be answered 500 or hang.

``make verify-trainer`` runs it, with schemathesis (https://schemathesis.io) from an environment of its own:
``python -m tests.trainer.verification.fuzz SCHEMATHESIS [EXAMPLES]``, where each operation gets that many examples.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from openai import OpenAI

from tests.trainer.driving import RunningTrainer, start_trainer

ADMIN_KEY = "sk-admin"
HANGS_AFTER_SECONDS = 30
N_EXAMPLES = 120


def main(schemathesis: str, n_examples: int = N_EXAMPLES) -> int:
    """Fuzz what members may ask with a member's key, and the admin API with an administrator's."""
    with tempfile.TemporaryDirectory() as folder:
        trainer = start_trainer(Path(folder), "--model", "tiny", "--admin-key", ADMIN_KEY)
        runs = [
            _fuzzed(schemathesis, trainer, _member_key(trainer), n_examples, "--exclude-path-regex"),
            _fuzzed(schemathesis, trainer, ADMIN_KEY, n_examples, "--include-path-regex"),
        ]
        with trainer.client() as client:
            is_alive = bool(client.with_options(api_key=_member_key(trainer)).models.list().data)
        trainer.stop()
    for run in runs:
        print(run.stdout)
    n_cases = sum(int(found) for run in runs for found in re.findall(r"(\d+) generated", run.stdout))
    print(f"{n_cases} requests; the server {'answers' if is_alive else 'is gone'}")
    return any(run.returncode for run in runs) or not is_alive


def _member_key(trainer: RunningTrainer) -> str:
    with OpenAI(base_url=trainer.url, api_key="none", admin_api_key=ADMIN_KEY) as client:
        accounts = client.admin.organization.projects.service_accounts
        return accounts.create("proj_default", name="fuzz").api_key.value


def _fuzzed(
    schemathesis: str, trainer: RunningTrainer, key: str, n_examples: int, choice: str
) -> subprocess.CompletedProcess[str]:
    command = [
        *(schemathesis, "run", f"{trainer.url.removesuffix('/v1')}/openapi.json"),
        *("--header", f"Authorization: Bearer {key}", choice, "organization"),
        *("--max-examples", str(n_examples), "--mode", "all", "--phases", "fuzzing"),
        *("--checks", "not_a_server_error", "--request-timeout", str(HANGS_AFTER_SECONDS)),
        *("--continue-on-failure", "--no-color", "--suppress-health-check", "all"),
    ]
    return subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own words


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], *map(int, sys.argv[2:])))
