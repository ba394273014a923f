"""A model can't be moved as it was asked for."""

from decimal import Decimal

from tuning.errors.user_facing import UserFacingError


class MoveNotFound(UserFacingError):
    """No such move, or none that may be shown here."""

    def __init__(self) -> None:
        super().__init__("move_not_found")


class MoveDecided(UserFacingError):
    """The move doesn't wait any more for what was pressed or sent."""

    def __init__(self) -> None:
        super().__init__("move_decided")


class TermsUnaccepted(UserFacingError):
    """No answer is bought from a model before somebody has accepted the note on its provider's terms."""

    def __init__(self, provider: str) -> None:
        super().__init__("terms_unaccepted", provider=provider)


class BudgetMissing(UserFacingError):
    """A budget is a positive number.

    Args:
        unit: `usd` or `tokens`.
    """

    def __init__(self, unit: str) -> None:
        super().__init__(f"budget_missing_{unit}")


class NoPrompts(UserFacingError):
    """The file holds nothing that a model could be asked."""

    def __init__(self, file_name: str) -> None:
        super().__init__("no_prompts", file=file_name)


class BudgetSpent(UserFacingError):
    """The budget ended before there were enough answers to train on.

    Args:
        answers: that were bought.
        needed: that the target trains on at the least.
        budget: in `unit`.
        unit: `usd` or `tokens`.
    """

    def __init__(self, answers: int, needed: int, budget: Decimal, unit: str) -> None:
        super().__init__(f"budget_spent_{unit}", answers=answers, needed=needed, budget=f"{budget:f}")


class TooFewAnswers(UserFacingError):
    """All prompts were asked, and fewer whole answers came than a job needs."""

    def __init__(self, answers: int, needed: int) -> None:
        super().__init__("too_few_answers", answers=answers, needed=needed)


class MoveStopped(UserFacingError):
    """The move can't go on; `code` says why: its model or its job is gone, or it was declined."""

    def __init__(self, code: str, **parameters: str | int) -> None:
        super().__init__(code, **parameters)
