"""What whoever gets a model should know about it, as a model card in Markdown."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from trainer.backends.backend import Facts
from trainer.results import csv_of
from trainer.store import Document


def model_card(
    model: Document, job: Document, facts: Facts, metrics: Sequence[Mapping[str, Any]], sha256: str | None
) -> str:
    """The card of a tuned model: its base and licence, its data by hash, how it was trained, and the curves."""
    method = job["method"]["type"]
    hyperparameters = json.dumps(job["method"][method]["hyperparameters"], indent=2)
    curves = csv_of([dict(one) for one in metrics if one["step"] <= model["step_number"]]).decode()
    languages = ", ".join(facts.languages) or "none"
    return f"""---
base_model: {facts.hub_id or facts.id}
license: {facts.licence.lower()}
tags: [{facts.tuning.split()[0].lower()}, {method}]
---

# {model["id"]}

A fine-tune of {facts.id} ({facts.licence}; languages: {languages}). Tuning: {facts.tuning}.
It inherits its base's limits: read the base's own card before you rely on it.

| | |
|---|---|
| job | {job["id"]}, step {model["step_number"]} |
| method | {method} |
| training file | {job["training_file"]}, sha256 {sha256 or "unknown"} |
| validation file | {job["validation_file"] or "none"} |
| seed | {job["seed"]} |
| trained tokens | {job["trained_tokens"] or "unknown"} |

## Hyperparameters

```json
{hyperparameters}
```

## Curves

```csv
{curves.strip()}
```
"""
