"""A small server with the routes that vLLM documents; it checks adapters as vLLM does, and computes nothing.

An answer is the name of the model that was asked, token by token, so that a test sees which adapter answered.
"""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from trainer.engine.tiny import tiny_language

BASE = "tiny-random"
_LINEAR = {"q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"}


class VllmRoutes(ThreadingHTTPServer):
    """vLLM's routes on loopback. `forget` is what a restart does."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.base = BASE
        self.updates_at_runtime = True
        self.max_lora_rank = 16
        self.breaks_off = False
        self.key = ""
        self.adapters: dict[str, str] = {}
        self.calls: list[str] = []
        self.asked: list[dict[str, Any]] = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def forget(self) -> None:
        self.adapters.clear()

    def close(self) -> None:
        self.shutdown()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: VllmRoutes

    def parse_request(self) -> bool:
        """Refused in vLLM's own words where the key is not the one."""
        if not super().parse_request():
            return False
        is_known = not self.server.key or self.headers["authorization"] == f"Bearer {self.server.key}"
        if not is_known:
            self._answer(401, {"error": "Unauthorized"})
        return is_known

    def do_GET(self) -> None:
        base = {"id": self.server.base, "object": "model", "root": self.server.base, "parent": None}
        adapters = [{"id": name, "root": path, "parent": base["id"]} for name, path in self.server.adapters.items()]
        self._answer(200, {"object": "list", "data": [base, *adapters]})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.calls.append(self.path)
        if self.path == "/v1/completions":
            self._complete(body)
        elif not self.server.updates_at_runtime:
            self._answer(404, {"detail": "Not Found"})
        elif self.path == "/v1/load_lora_adapter":
            self._load(body["lora_name"], Path(body["lora_path"]))
        elif self.server.adapters.pop(body["lora_name"], None) is None:
            self._refuse(404, f"The lora adapter '{body['lora_name']}' cannot be found.")
        else:
            self._answer(200, "Success")

    def log_message(self, *_: object) -> None:
        pass

    def _load(self, name: str, folder: Path) -> None:
        config = json.loads((folder / "adapter_config.json").read_text("utf-8"))
        assert (folder / "adapter_model.safetensors").stat().st_size
        assert not config.get("modules_to_save")
        assert config.get("bias", "none") == "none"
        assert set(config["target_modules"]) <= _LINEAR
        if name in self.server.adapters:
            self._refuse(400, f"The lora adapter '{name}' has already been loaded.")
        elif config["r"] > self.server.max_lora_rank:
            self._refuse(400, f"LoRA rank {config['r']} is greater than max_lora_rank {self.server.max_lora_rank}.")
        else:
            self.server.adapters[name] = str(folder)
            self._answer(200, f"Success: LoRA adapter '{name}' added successfully.")

    def _complete(self, body: dict[str, Any]) -> None:
        self.server.asked.append(body)
        if body["model"] not in {self.server.base, *self.server.adapters}:
            return self._refuse(404, f"The model `{body['model']}` does not exist.")
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.end_headers()
        tokenizer = tiny_language().tokenizer
        tokens = [*tokenizer.encode(body["model"]), tokenizer.end_id][: body["max_tokens"]]
        if self.server.breaks_off:
            return self._chunk(tokens[:2], None)
        # Under load, vLLM sends several tokens at a time.
        for start in range(0, len(tokens), 3):
            self._chunk(tokens[start : start + 3], None)
        self._chunk([], "stop" if tokens[-1] == tokenizer.end_id else "length")
        return self._write("[DONE]")

    def _chunk(self, tokens: list[int], reason: str | None) -> None:
        names = [f"token_id:{token}" for token in tokens]
        likeliest = [{name: -0.5, "token_id:0": -2.0, "token_id:1": -1.0} for name in names]
        logprobs = {"tokens": names, "token_logprobs": [-0.5] * len(names), "top_logprobs": likeliest}
        self._write(json.dumps({"choices": [{"index": 0, "text": "", "logprobs": logprobs, "finish_reason": reason}]}))

    def _write(self, data: str) -> None:
        self.wfile.write(f"data: {data}\n\n".encode())

    def _refuse(self, status: int, message: str) -> None:
        self._answer(status, {"error": {"message": message, "type": "BadRequestError", "param": None, "code": status}})

    def _answer(self, status: int, body: object) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
