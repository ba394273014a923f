"""Questions that people ask tuned models in threads, and the answers, kept in our own transcript."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from storage.holds import Holds
from storage.models import ModelStore
from storage.rows import Model, Place, Tenant, Turn, TurnState
from storage.turns import TurnStore
from tuning.asking import question_for, stream_answer
from tuning.errors import ModelNotFound, UserFacingError
from tuning.providers.answers import Message
from tuning.providers.gateways import Gateways

REMEMBERED_TURNS: Final = 8
REMEMBERED_CHARACTERS: Final = 6_000
"""Of a thread's earlier turns: about 2,000 tokens, which the smallest context of today's models holds."""


@dataclass(frozen=True, slots=True)
class Chat:
    """Asks tuned models on behalf of people, one turn a message."""

    turns: TurnStore
    models: ModelStore
    gateways: Gateways
    clock: Callable[[], datetime]
    new_id: Callable[[], str]
    holds: Holds
    """The turns that this process answers."""

    async def ask(
        self, tenant: Tenant, *, place: Place, asked_by: str, message_ts: str, question: str, model: Model
    ) -> Turn | None:
        """Claim the message that asks. None: it is being or was answered.

        A question whose answer couldn't be shown is claimed again, as the turn that it was.
        """
        turn = Turn(
            id=self.new_id(),
            tenant=tenant,
            place=place,
            model_id=model.id,
            asked_by=asked_by,
            message_ts=message_ts,
            question=question,
            answer="",
            answer_ts="",
            state=TurnState.ASKED,
            created_at=self.clock(),
        )
        if not await self.turns.ask(turn):
            thread = await self.turns.thread(tenant, place)
            turn = next(other for other in thread if other.message_ts == message_ts)
        return turn if await self._take(turn) else None

    @asynccontextmanager
    async def answering(self, turn: Turn) -> AsyncIterator[AsyncIterator[str]]:
        """The model's words as they come, raw: whoever shows them escapes them. After the block they are in the transcript.

        A reader who stops in the middle keeps what came until then. A block that fails by itself, since it couldn't
        show them, gives the question back to be claimed again; after a crash the turn stays `unfinished`.

        Raises:
            ModelNotFound: the model was deleted.
            ModelNotReady: the provider doesn't serve it.
            ProviderError: the answer broke off; what came of it is kept.
        """
        async with self.holds.kept(turn.id), self._transcribed(turn) as pieces:
            yield pieces

    async def unfinished(self) -> AsyncIterator[Turn]:
        """The questions of all teams whose answer a crash interrupted, oldest first, each taken over as it is given.

        Those that a living process answers, this or another, are left to it.
        """
        for turn in await self.turns.unfinished():
            if not await self.holds.take(turn.id):
                continue
            # Whoever held it may have finished it since it was read.
            if turn in await self.turns.unfinished():
                yield turn
            else:
                await self.holds.drop(turn.id)

    async def _take(self, turn: Turn) -> bool:
        is_claimed = False
        if await self.holds.take(turn.id):
            try:
                is_claimed = await self.turns.claim(turn)
            finally:
                if not is_claimed:
                    await self.holds.drop(turn.id)
        return is_claimed

    @asynccontextmanager
    async def _transcribed(self, turn: Turn) -> AsyncIterator[AsyncIterator[str]]:
        said: list[str] = []
        try:
            async with aclosing(self._pieces(turn, said)) as pieces:
                yield pieces
        except UserFacingError:
            await self._save(turn, said, TurnState.FAILED)
            raise
        except Exception:
            # Not the model failed, but whoever shows its words, in whatever way.
            await self._save(turn, (), TurnState.ASKED)
            raise
        await self._save(turn, said, TurnState.ANSWERED)

    async def _pieces(self, turn: Turn, said: list[str]) -> AsyncGenerator[str, None]:
        async for piece in await self._stream(turn):
            said.append(piece)
            yield piece

    async def _stream(self, turn: Turn) -> AsyncIterator[str]:
        model = await self.models.get(turn.tenant, turn.model_id)
        if model is None or model.deleted_at is not None:
            raise ModelNotFound(model.name if model else turn.model_id)
        thread = await self.turns.thread(turn.tenant, turn.place)
        question = question_for(model, turn.question, earlier_messages(thread, turn))
        gateway = self.gateways.of(model.provider)
        return stream_answer(gateway, model.asked_as, question, max_tokens=gateway.profile.answer_tokens)

    async def _save(self, turn: Turn, pieces: Sequence[str], state: TurnState) -> None:
        await self.turns.save(replace(turn, answer="".join(pieces), state=state))


def earlier_messages(thread: Sequence[Turn], turn: Turn) -> list[Message]:
    """The newest turns of a thread before `turn` that were answered by the same model, within our bounds."""
    messages: list[Message] = []
    characters = 0
    answered = [
        other
        for other in thread
        if other.state is TurnState.ANSWERED and other.model_id == turn.model_id and other.message_ts < turn.message_ts
    ]
    for other in reversed(answered[-REMEMBERED_TURNS:]):
        characters += len(other.question) + len(other.answer)
        if characters > REMEMBERED_CHARACTERS:
            break
        messages[:0] = [
            {"role": "user", "content": other.question},
            {"role": "assistant", "content": other.answer},
        ]
    return messages
