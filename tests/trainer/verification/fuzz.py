"""Thousands of mutated requests against the trainer's own OpenAPI document: none may be answered 500 or hang.

``make verify-trainer`` runs it, with schemathesis (https://schemathesis.io) from an environment of its own:
``python -m tests.trainer.verification.fuzz SCHEMATHESIS [EXAMPLES]``, where each operation gets that many examples.
"""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from openai import OpenAI

from tests.trainer.driving import RunningTrainer, chat_rows, jsonl, start_trainer, supervised, trained

ADMIN_KEY = "sk-admin"
HANGS_AFTER_SECONDS = 30
N_EXAMPLES = 120


def main(schemathesis: str, n_examples: int = N_EXAMPLES) -> int:
    """Fuzz what members may ask with a member's key, and the admin API with an administrator's."""
    with tempfile.TemporaryDirectory() as folder:
        trainer = start_trainer(Path(folder) / "data", "--model", "tiny", "--admin-key", ADMIN_KEY)
        key = _member_key(trainer)
        document = Path(folder) / "openapi.json"
        document.write_text(json.dumps(_known_values(trainer, key)), "utf-8")
        command = [schemathesis, "run", str(document), "--url", trainer.url, "--max-examples", str(n_examples)]
        runs = [_fuzzed([*command, "--exclude-path-regex", "organization"], key)]
        runs += [_fuzzed([*command, "--include-path-regex", "organization"], ADMIN_KEY)]
        with OpenAI(base_url=trainer.url, api_key=_member_key(trainer)) as client:
            is_alive = bool(client.models.list().data)
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


def _known_values(trainer: RunningTrainer, key: str) -> dict[str, Any]:
    """The server's document, with values that exist where chance would hardly find one."""
    own = trainer.url.removesuffix("/v1")
    with OpenAI(base_url=trainer.url, api_key=key) as client:
        document = client.with_options(base_url=own).get("/openapi.json", cast_to=dict[str, Any])
        job = trained(client, jsonl(chat_rows(10)), method=supervised(n_epochs=1))
        upload = client.uploads.create(bytes=9, filename="a", mime_type="text/jsonl", purpose="user_data")
        endpoint = client.webhooks.create(name="own", url=f"{own}/health", event_types=["fine_tuning.job.failed"])
    known = {
        "file_id": [job.training_file],
        "job_id": [job.id],
        "model_id": ["tiny-random", job.fine_tuned_model],
        "upload_id": [upload.id],
        "endpoint_id": [endpoint.id],
        "project_id": ["proj_default"],
        "limit_id": ["rl-tiny-random"],
        "model": ["tiny-random", job.fine_tuned_model],
        "training_file": [job.training_file],
        "url": [f"{own}/health"],
    }
    for methods in document["paths"].values():
        for operation in methods.values():
            for parameter in operation["parameters"]:
                if parameter["name"] in known:
                    parameter["schema"]["enum"] = [*known[parameter["name"]], "nowhere"]
    for schema in document["components"]["schemas"].values():
        for name, values in known.items():
            if name in schema.get("properties", {}):
                schema["properties"][name] = {"enum": values}
    return document


def _fuzzed(command: list[str], key: str) -> subprocess.CompletedProcess[str]:
    options = [
        *("--header", f"Authorization: Bearer {key}", "--mode", "all", "--phases", "fuzzing"),
        *("--checks", "not_a_server_error", "--request-timeout", str(HANGS_AFTER_SECONDS)),
        *("--continue-on-failure", "--suppress-health-check", "all"),
    ]
    return subprocess.run([*command, *options], capture_output=True, text=True, check=False)  # noqa: S603 - our own words


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], *map(int, sys.argv[2:])))
