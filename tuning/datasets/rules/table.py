"""The rules by code: how grave each is, and whether a repair exists. The one place where both are stated.

A condition that changes the severity of a single finding, such as "E if the answer is lost entirely", is in the
rule itself; a provider's own severity is in its `ProviderFacts`.
"""

from dataclasses import dataclass

from tuning.datasets.findings import AutoFix, Severity


@dataclass(frozen=True, slots=True)
class Ruling:
    """What follows from a finding of one code."""

    severity: Severity
    auto_fix: AutoFix


_E_NONE, _E_SAFE, _E_ASK = Ruling("E", "none"), Ruling("E", "safe"), Ruling("E", "ask")
_W_NONE, _W_SAFE, _W_ASK = Ruling("W", "none"), Ruling("W", "safe"), Ruling("W", "ask")
_I_NONE, _I_SAFE, _I_ASK = Ruling("I", "none"), Ruling("I", "safe"), Ruling("I", "ask")

RULINGS: dict[str, Ruling] = {
    # The file and its JSON.
    "F001": _E_NONE, "F002": _E_SAFE, "F003": _E_SAFE, "F004": _E_ASK, "F005": _E_SAFE, "F006": _W_SAFE,
    "F007": _E_SAFE, "F008": _E_ASK, "F009": _W_SAFE, "F010": _I_SAFE, "F011": _E_ASK, "F012": _E_SAFE,
    "F013": _E_ASK, "F014": _E_ASK, "F015": _E_ASK, "F016": _E_ASK, "F017": _W_SAFE, "F018": _E_NONE,
    "F019": _E_SAFE, "F020": _E_NONE, "F021": _E_NONE, "F022": _I_SAFE,
    # The size of the dataset.
    "S001": _E_NONE, "S002": _W_NONE, "S003": _I_NONE, "S004": _E_ASK, "S005": _E_NONE, "S006": _W_ASK,
    "S007": _W_SAFE,
    # Chat examples.
    "C001": _E_SAFE, "C002": _E_ASK, "C003": _E_ASK, "C004": _E_ASK, "C005": _E_SAFE, "C006": _E_ASK,
    "C007": _E_SAFE, "C008": _E_ASK, "C009": _E_ASK, "C010": _E_ASK, "C011": _E_ASK, "C012": _E_ASK,
    "C013": _E_ASK, "C014": _E_ASK, "C015": _E_SAFE, "C016": _W_ASK, "C017": _W_ASK, "C018": _E_SAFE,
    "C019": _E_SAFE, "C020": _E_ASK, "C021": _E_SAFE, "C022": _W_SAFE, "C023": _E_ASK, "C024": _E_ASK,
    "C025": _W_ASK, "C026": _W_NONE, "C027": _W_ASK,
    # Tools.
    "T001": _E_SAFE, "T002": _E_ASK, "T003": _E_ASK, "T004": _E_ASK, "T005": _E_ASK, "T006": _W_ASK, "T007": _E_ASK,
    "T008": _E_SAFE, "T009": _E_ASK, "T010": _E_SAFE, "T011": _E_ASK, "T012": _E_ASK, "T013": _E_NONE, "T014": _E_SAFE,
    "T015": _E_ASK, "T016": _E_ASK, "T017": _W_NONE, "T018": _W_SAFE, "T019": _E_ASK, "T020": _W_ASK,
    # Images.
    "I001": _E_ASK, "I002": _E_SAFE, "I003": _E_ASK, "I004": _E_SAFE, "I005": _E_ASK, "I006": _E_ASK, "I007": _E_ASK,
    "I008": _E_ASK, "I009": _E_ASK, "I010": _E_SAFE, "I011": _W_ASK, "I012": _W_NONE, "I013": _E_NONE, "I014": _I_ASK,
    # Prompt and completion.
    "X001": _E_SAFE, "X002": _E_ASK, "X003": _E_ASK, "X004": _E_SAFE, "X005": _E_SAFE, "X006": _E_NONE,
    "X007": _W_ASK, "X008": _W_ASK, "X009": _W_ASK, "X010": _W_ASK, "X011": _W_ASK, "X012": _I_ASK, "X013": _I_NONE,
    # Preferences.
    "P001": _E_SAFE, "P002": _E_SAFE, "P003": _E_SAFE, "P004": _E_SAFE, "P005": _E_ASK, "P006": _E_ASK, "P007": _E_ASK,
    "P008": _E_ASK, "P009": _E_ASK, "P010": _E_ASK, "P011": _E_ASK, "P012": _W_NONE, "P013": _W_NONE, "P014": _W_ASK,
    "P015": _E_SAFE, "P016": _W_NONE,
    # Reinforcement and graders.
    "R001": _E_NONE, "R002": _E_ASK, "R003": _E_SAFE, "R004": _E_NONE, "R005": _E_ASK, "R006": _E_ASK, "R007": _E_SAFE,
    "R008": _E_SAFE, "R009": _W_NONE, "R010": _W_ASK, "R011": _W_ASK, "R012": _E_ASK, "R013": _E_ASK, "R014": _E_NONE,
    "R015": _W_NONE,
    "G001": _E_NONE, "G002": _E_NONE, "G003": _E_ASK, "G004": _E_ASK, "G005": _E_ASK, "G006": _E_NONE, "G007": _E_NONE,
    "G008": _E_NONE, "G009": _E_NONE, "G010": _W_NONE, "G011": _W_ASK,
    # Cost and request.
    "K001": _I_NONE, "K002": _E_NONE, "K003": _W_ASK, "K004": _W_NONE, "K005": _E_NONE,
    "H001": _E_NONE, "H002": _E_ASK, "H003": _E_ASK, "H004": _E_SAFE, "H005": _E_SAFE, "H006": _E_NONE, "H007": _W_ASK,
    "H008": _E_NONE, "H009": _E_NONE,
    # A training file beside the file held out from it.
    "V001": _E_SAFE, "V002": _E_ASK, "V003": _W_SAFE, "V004": _E_ASK, "V005": _W_SAFE, "V006": _E_SAFE, "V007": _I_NONE,
    # Quality.
    "Q001": _W_ASK, "Q002": _W_ASK, "Q003": _W_ASK, "Q004": _W_NONE, "Q005": _W_NONE, "Q006": _W_NONE, "Q007": _W_NONE,
    "Q008": _W_ASK, "Q009": _W_SAFE, "Q010": _W_ASK, "Q011": _W_NONE, "Q012": _W_ASK, "Q013": _W_ASK, "Q014": _W_NONE,
    "Q015": _W_NONE, "Q016": _W_ASK, "Q017": _I_NONE, "Q018": _W_ASK, "Q019": _W_SAFE,
    # Safety and privacy.
    "Z001": _E_ASK, "Z002": _E_ASK, "Z003": _E_ASK, "Z004": _E_ASK, "Z005": _E_SAFE, "Z006": _W_NONE, "Z007": _W_NONE,
    "Z008": _W_NONE,
}  # fmt: skip
