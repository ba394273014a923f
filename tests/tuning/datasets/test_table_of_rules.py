"""The table of rules against the list of all rules, with their gravity and kind of repair."""

import csv
from pathlib import Path

from tuning.datasets.rules.table import RULINGS

LISTED = Path(__file__).with_name("rules.csv")


def test_every_rule_of_the_list_is_in_the_table_with_its_severity_and_its_repair() -> None:
    with LISTED.open(newline="") as stream:
        listed = {row["code"]: (row["severity"], row["auto_fix"]) for row in csv.DictReader(stream)}
    assert {code: (ruling.severity, ruling.auto_fix) for code, ruling in RULINGS.items()} == listed
    assert len(listed) == 193
