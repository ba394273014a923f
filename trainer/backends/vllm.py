"""vLLM's OpenAI server as what answers: adapters are loaded into it, and each request names one.

Its protocol: https://docs.vllm.ai/en/latest/features/lora.html. ``POST /v1/load_lora_adapter`` and
``/v1/unload_lora_adapter`` are there where ``VLLM_ALLOW_RUNTIME_LORA_UPDATING=True`` is set; an adapter is then a model of
``GET /v1/models`` with a ``parent``. ``POST /v1/completions`` takes token ids as its prompt and, with
``return_tokens_as_token_ids``, names the tokens it chose as ``token_id:N``. Where it was started with ``--api-key`` or
``VLLM_API_KEY``, whatever lies under ``/v1`` wants that as a bearer token, and answers 401 without it.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from threading import Lock
from typing import Any, Final

import httpx

from trainer.backends.backend import Question
from trainer.engine.sampling import Chosen

_TIMEOUT_SECONDS: Final = httpx.Timeout(60, connect=5)
_LOADING_SECONDS: Final = 120
_TOKEN: Final = "token_id:"  # noqa: S105 - no password


class ServingFailed(Exception):
    """vLLM gives no answer; the sentence says why and what to do, the code says which case it is."""

    def __init__(self, message: str, *, code: str, status: HTTPStatus = HTTPStatus.BAD_GATEWAY) -> None:
        super().__init__(message)
        self.code = code
        self.status = status


class Vllm:
    """One vLLM server, asked anew before each answer what it holds, since it forgets adapters when it starts again.

    Args:
        url: where it listens, with or without ``/v1``.
        base_names: under which it may serve the base: its id, its name on the hub, its folder.
        key: the one it was started with; None where it wants none.
    """

    def __init__(self, url: str, base_names: frozenset[str], key: str | None = None) -> None:
        self._url = url.rstrip("/").removesuffix("/v1") + "/v1"
        self._base_names = base_names
        headers = {"authorization": f"Bearer {key}"} if key else {}
        self._client = httpx.Client(timeout=_TIMEOUT_SECONDS, follow_redirects=False, headers=headers)
        self._loading = Lock()

    def base_name(self) -> str:
        """The name under which the base is asked.

        Raises:
            ServingFailed: vLLM does not answer, or serves another base.
        """
        bases = {one["id"]: one.get("root") for one in self._models() if not one.get("parent")}
        for name, root in bases.items():
            if {name, root} & self._base_names:
                return str(name)
        wanted = " or ".join(sorted(self._base_names))
        raise ServingFailed(
            f"The vLLM server at {self._url} serves {', '.join(bases) or 'no base'}, not {wanted}. "
            f"Start it with that model, or with --served-model-name {min(self._base_names)}.",
            code="serving_other_base",
        )

    def load(self, name: str, folder: Path) -> None:
        """Make sure that an adapter is a model there; the folder holds it in peft's format.

        Raises:
            ServingFailed: vLLM does not answer, or refuses the adapter.
        """
        self.base_name()
        with self._loading:
            if any(one["id"] == name for one in self._models()):
                return
            body = {"lora_name": name, "lora_path": str(folder)}
            answer = self._call("POST", "/load_lora_adapter", json=body, timeout=_LOADING_SECONDS)
        said = _message(answer)
        # Another trainer, or an earlier request that timed out here, was faster.
        if not answer.is_success and "has already been loaded" not in said:
            raise _refused(answer, said, folder)

    def unload(self, name: str) -> None:
        """Take an adapter out; that vLLM is away, or does not hold it, changes nothing."""
        try:
            self._call("POST", "/unload_lora_adapter", json={"lora_name": name})
        except ServingFailed:
            return

    def generate(self, name: str, question: Question, end_id: int) -> Iterator[Chosen]:
        """The tokens of an answer as they come; closing the iterator makes vLLM stop.

        Args:
            end_id: the token that ends answers; it follows where vLLM ended one by itself.

        Raises:
            ServingFailed: vLLM does not answer, refuses, or breaks off.
        """
        with (
            self._translated(),
            self._client.stream("POST", f"{self._url}/completions", json=_body(name, question)) as answer,
        ):
            if not answer.is_success:
                answer.read()
                _require_key(answer)
                raise _failed(_message(answer))
            for line in answer.iter_lines():
                if line == "data: [DONE]":
                    return
                if line.startswith("data: "):
                    chunk = json.loads(line.removeprefix("data: "))
                    yield from _chosen(chunk, question.sampling.n_likeliest)
                    if any(choice.get("finish_reason") == "stop" for choice in chunk["choices"]):
                        yield Chosen(end_id)
        raise _failed("it broke off in the middle of an answer")

    def _models(self) -> list[dict[str, Any]]:
        answer = self._call("GET", "/models")
        if not answer.is_success:
            raise _failed(_message(answer))
        return list(answer.json()["data"])

    def _call(self, method: str, path: str, **options: Any) -> httpx.Response:  # noqa: ANN401 - httpx's own options
        with self._translated():
            answer = self._client.request(method, self._url + path, **options)
        _require_key(answer)
        return answer

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except httpx.HTTPError as error:
            raise ServingFailed(
                f"The vLLM server at {self._url} does not answer ({error or type(error).__name__}). "
                "Start it, or start the trainer without --vllm to answer here.",
                code="serving_unavailable",
                status=HTTPStatus.SERVICE_UNAVAILABLE,
            ) from error


def _body(name: str, question: Question) -> dict[str, Any]:
    sampling = question.sampling
    seed = {} if sampling.seed is None else {"seed": sampling.seed % 2**63}
    bias = {"logit_bias": {str(token): weight for token, weight in sampling.logit_bias.items()}}
    return {
        "model": name,
        "prompt": list(question.prompt),
        "max_tokens": question.max_tokens,
        "stream": True,
        "temperature": sampling.temperature,
        "top_p": sampling.top_p,
        # Else the model's own generation_config.json would decide, which vLLM reads.
        "top_k": -1,
        "repetition_penalty": 1.0,
        "frequency_penalty": sampling.frequency_penalty,
        "presence_penalty": sampling.presence_penalty,
        "logprobs": sampling.n_likeliest or 0,
        "return_tokens_as_token_ids": True,
        **seed,
        **(bias if sampling.logit_bias else {}),
    }


def _chosen(chunk: dict[str, Any], n_likeliest: int | None) -> Iterator[Chosen]:
    if "error" in chunk:
        raise _failed(str(chunk["error"].get("message")))
    for choice in chunk["choices"]:
        told = choice.get("logprobs") or {"tokens": [], "token_logprobs": [], "top_logprobs": []}
        likeliest = told.get("top_logprobs") or [None] * len(told["tokens"])
        for token, value, others in zip(told["tokens"], told["token_logprobs"], likeliest, strict=True):
            if n_likeliest is None:
                yield Chosen(_id(token))
            else:
                ranked = sorted((others or {}).items(), key=lambda one: -one[1])[:n_likeliest]
                yield Chosen(_id(token), value, tuple((_id(other), how_likely) for other, how_likely in ranked))


def _id(token: str) -> int:
    if not token.startswith(_TOKEN):
        raise _failed("it does not name its tokens by their ids, so it is older than `return_tokens_as_token_ids`")
    return int(token.removeprefix(_TOKEN))


def _message(answer: httpx.Response) -> str:
    """What an error says, in the shapes that vLLM has had: within ``error``, flat, or as FastAPI's ``detail``."""
    try:
        body = answer.json()
    except ValueError:
        return answer.text[:500] or f"status {answer.status_code}"
    if not isinstance(body, dict):
        return str(body)[:500]
    error = body.get("error")
    found = error.get("message") if isinstance(error, dict) else body.get("message") or body.get("detail") or error
    return str(found or f"status {answer.status_code}")[:500]


def _require_key(answer: httpx.Response) -> None:
    if answer.status_code in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        raise ServingFailed(
            "The vLLM server does not accept the trainer's key. Set VLLM_API_KEY in the trainer's environment to the key "
            "that vLLM was started with, and start the trainer again.",
            code="serving_key_refused",
        )


def _failed(said: str) -> ServingFailed:
    return ServingFailed(f"vLLM could not answer: {said.removesuffix('.')}.", code="serving_failed")


def _refused(answer: httpx.Response, said: str, folder: Path) -> ServingFailed:
    advice = "vLLM's log says more."
    if "max_lora_rank" in said:
        advice = "Start vLLM with a --max-lora-rank that is as high as the adapter's rank."
    elif answer.status_code == HTTPStatus.NOT_FOUND and "No adapter" in said:
        advice = f"Both programs must see the folder {folder} at this path."
    elif answer.status_code == HTTPStatus.NOT_FOUND:
        advice = "Start vLLM with --enable-lora and VLLM_ALLOW_RUNTIME_LORA_UPDATING=True in its environment."
    message = f"vLLM did not load the adapter: {said.removesuffix('.')}. {advice}"
    return ServingFailed(message, code="adapter_refused")
