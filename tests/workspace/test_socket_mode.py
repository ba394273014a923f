import asyncio

from slack_bolt.app.async_app import AsyncApp

from workspace.running import RunningWorkspace


async def test_a_message_reaches_a_bolt_app_and_its_answer_reaches_the_person(
    workspace: RunningWorkspace, app: AsyncApp, connected, general: str
):
    answered = asyncio.Event()

    @app.event("message")
    async def answer(event, say):
        await say(text=f"You said {event['text']}", thread_ts=event["ts"])
        answered.set()

    async with connected():
        ada = workspace.person("ada")
        message = await ada.post(general, "hello")
        await asyncio.wait_for(answered.wait(), 5)
    assert [reply.text for reply in ada.replies(general, message.ts)] == ["hello", "You said hello"]
