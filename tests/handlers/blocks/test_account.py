"""What stands on a page of a provider's account that has no row to show."""

from handlers.blocks.account import account_jobs
from handlers.language import Voice
from tuning.jobs.account import AccountJobs
from tuning.texts import Texts


def shown(next_after: str) -> str:
    page = AccountJobs("openai", "OpenAI", [], next_after)
    return str(account_jobs(Voice(Texts.load(), "en"), page, [""], {"openai": "OpenAI"}).blocks)


def test_a_page_of_other_teams_jobs_does_not_say_that_there_are_no_more():
    assert "There are more on the next" in shown("ftjob-1")
    assert "There are no more jobs" not in shown("ftjob-1")
    assert "There are no more jobs" in shown("")
