"""How a model is asked: in a conversation, or by a prompt that it completes."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from storage.rows import DatasetFormat, Model
from tuning.providers.answers import Answered, Message
from tuning.providers.gateway import Gateway


@dataclass(frozen=True, slots=True)
class Question:
    """One question in the form in which a model was trained: messages, or a prompt with its stop."""

    messages: Sequence[Message] = ()
    prompt: str = ""
    """Instead of messages, for models trained on prompt/completion pairs."""
    stop: str = ""


def question_for(model: Model, text: str, earlier: Sequence[Message] = ()) -> Question:
    """A person's words as `model` expects them: after its own system prompt, or before its own separator.

    Args:
        earlier: the turns of the same conversation before it, oldest first; a prompt has none.
    """
    if model.format is DatasetFormat.PROMPT_COMPLETION:
        return Question(prompt=text + model.prompt_separator, stop=model.completion_stop)
    system = [{"role": "system", "content": model.system_prompt}] if model.system_prompt else []
    return Question(messages=[*system, *earlier, {"role": "user", "content": text}])


def stream_answer(
    gateway: Gateway,
    model_id: str,
    question: Question,
    *,
    temperature: float | None = None,
    max_tokens: int | None = None,
) -> AsyncIterator[str]:
    """The answer of a model, base or tuned, in pieces as they come.

    Raises:
        ModelNotReady: the provider doesn't serve the model.
        ProviderError: anything else that went wrong.
    """
    if question.prompt:
        return gateway.stream_completion(
            model_id, question.prompt, stop=question.stop, temperature=temperature, max_tokens=max_tokens
        )
    return gateway.stream_chat(model_id, question.messages, temperature=temperature, max_tokens=max_tokens)


async def whole_answer(gateway: Gateway, model_id: str, question: Question, max_tokens: int) -> Answered:
    """The greedy answer of a model in one piece, with what is billed for it.

    Raises:
        ModelNotReady: the provider doesn't serve the model.
        ProviderError: anything else that went wrong.
    """
    if question.prompt:
        return await gateway.complete(model_id, question.prompt, stop=question.stop, max_tokens=max_tokens)
    return await gateway.answer(model_id, question.messages, max_tokens=max_tokens)
