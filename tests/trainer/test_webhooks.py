import json
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from queue import Queue
from threading import Thread

import openai
import pytest
from openai import OpenAI

from tests.trainer.driving import RunningTrainer, chat_rows, jsonl, supervised, trained, upload
from trainer.webhook_addresses import is_public

ENDINGS = ["fine_tuning.job.succeeded", "fine_tuning.job.failed", "fine_tuning.job.cancelled"]


class Receiver:
    """A server that people would register: it remembers what it was told, and can be told to fail."""

    def __init__(self) -> None:
        self.told: Queue[tuple[str, dict[str, str]]] = Queue()
        self.statuses: list[int] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"])).decode()
                self.send_response(receiver.statuses.pop(0) if receiver.statuses else 204)
                self.send_header("content-length", "0")
                self.send_header("location", "/elsewhere")
                self.end_headers()
                receiver.told.put((body, dict(self.headers)))

            def log_message(self, *_: object) -> None:
                """Quiet."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    thread = Thread(target=receiver.server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield receiver
    receiver.server.shutdown()
    thread.join()
    receiver.server.server_close()


@pytest.fixture(autouse=True)
def _no_endpoint_stays(client: OpenAI) -> Iterator[None]:
    yield
    for endpoint in client.webhooks.list():
        client.webhooks.delete(endpoint.id)


def test_an_endpoint_hears_how_a_job_ended_signed_with_its_secret(client: OpenAI, receiver: Receiver) -> None:
    endpoint = client.webhooks.create(name="ours", url=receiver.url, event_types=ENDINGS)
    assert endpoint.signing_secret.startswith("whsec_")
    job = trained(client, jsonl(chat_rows(10)), method=supervised(n_epochs=1))
    body, headers = receiver.told.get(timeout=20)
    event = client.webhooks.unwrap(body, headers, secret=endpoint.signing_secret)
    assert (event.type, event.data.id, event.id) == ("fine_tuning.job.succeeded", job.id, headers["webhook-id"])
    with pytest.raises(openai.InvalidWebhookSignatureError):
        client.webhooks.unwrap(body.replace("succeeded", "cancelled"), headers, secret=endpoint.signing_secret)


def test_what_an_endpoint_does_not_take_is_sent_again_and_only_what_it_asked_for(
    client: OpenAI, receiver: Receiver
) -> None:
    receiver.statuses = [500, 302]
    client.webhooks.create(name="ours", url=receiver.url, event_types=["fine_tuning.job.failed"])
    trained(client, jsonl(chat_rows(10)), method=supervised(n_epochs=1))
    failed = trained(client, jsonl(chat_rows(9)))
    attempts = [receiver.told.get(timeout=20) for _ in range(3)]
    assert {json.loads(body)["data"]["id"] for body, _ in attempts} == {failed.id}
    assert len({headers["webhook-id"] for _, headers in attempts}) == 1


def test_endpoints_are_listed_changed_and_deleted_without_their_secret(client: OpenAI, receiver: Receiver) -> None:
    assert client.webhooks.event_types.list().data == ENDINGS
    endpoint = client.webhooks.create(name="ours", url=receiver.url, event_types=ENDINGS[:1])
    assert client.webhooks.retrieve(endpoint.id).signing_secret_hint.endswith(endpoint.signing_secret[-5:])
    changed = client.webhooks.update(endpoint.id, name="theirs", event_types=ENDINGS)
    assert (changed.name, changed.event_types, changed.url) == ("theirs", ENDINGS, receiver.url)
    listed = client.webhooks.list().data
    assert [each.id for each in listed] == [endpoint.id]
    assert "signing_secret" not in listed[0].model_extra
    assert client.webhooks.delete(endpoint.id).deleted
    with pytest.raises(openai.NotFoundError):
        client.webhooks.retrieve(endpoint.id)


def test_a_rotated_secret_signs_beside_the_old_one_for_a_day_where_that_is_wanted(
    client: OpenAI, receiver: Receiver
) -> None:
    old = client.webhooks.create(name="ours", url=receiver.url, event_types=ENDINGS)
    new = client.webhooks.rotate_secret(old.id, keep_old_secret_active_for_24_hours=True)
    assert client.webhooks.test(old.id, event_type="fine_tuning.job.failed").status_code == 204
    body, headers = receiver.told.get(timeout=20)
    for secret in (old.signing_secret, new.signing_secret):
        assert client.webhooks.unwrap(body, headers, secret=secret).type == "fine_tuning.job.failed"
    newest = client.webhooks.rotate_secret(old.id)
    client.webhooks.test(old.id, event_type="fine_tuning.job.failed")
    body, headers = receiver.told.get(timeout=20)
    client.webhooks.unwrap(body, headers, secret=newest.signing_secret)
    with pytest.raises(openai.InvalidWebhookSignatureError):
        client.webhooks.unwrap(body, headers, secret=new.signing_secret)


def test_an_endpoint_that_cannot_be_reached_or_makes_no_sense_is_told(client: OpenAI) -> None:
    closed = client.webhooks.create(name="ours", url="http://127.0.0.1:9/hook", event_types=ENDINGS)
    with pytest.raises(openai.BadRequestError, match="could not be reached") as refused:
        client.webhooks.test(closed.id, event_type="fine_tuning.job.failed")
    assert refused.value.code == "webhook_unreachable"
    for wrong in ({"url": "ftp://here"}, {"url": "https://"}, {"event_types": ["batch.completed"]}):
        with pytest.raises(openai.BadRequestError) as refused:
            client.webhooks.create(**{"name": "x", "url": "https://example.com", "event_types": ENDINGS, **wrong})
        assert refused.value.param.split("[")[0] in wrong
    assert upload(client, jsonl(chat_rows(1)))


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "192.168.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.1",
        "224.0.0.1",
        "::1",
        "::",
        "fe80::1%eth0",
        "fd00::1",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
    ],
)
def test_no_address_of_this_machine_or_of_a_private_network_is_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"])
def test_an_address_of_the_open_internet_is_public(address: str) -> None:
    assert is_public(address)


def test_webhooks_stay_out_of_the_server_s_own_network_however_it_is_written(
    started: Callable[..., RunningTrainer], receiver: Receiver
) -> None:
    port = receiver.server.server_port
    with started("--model", "tiny").client() as client:
        for host in ("127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "169.254.169.254"):
            with pytest.raises(openai.BadRequestError) as refused:
                client.webhooks.create(name="ours", url=f"http://{host}:{port}/hook", event_types=ENDINGS)
            assert refused.value.code == "address_not_public"

        # A name, and a spelling that only a resolver reads.
        for host, told in (("localhost", "--webhooks-anywhere"), ("2130706433", "2130706433")):
            endpoint = client.webhooks.create(name="ours", url=f"http://{host}:{port}/hook", event_types=ENDINGS)
            with pytest.raises(openai.BadRequestError) as unreached:
                client.webhooks.test(endpoint.id, event_type=ENDINGS[0])
            assert told in unreached.value.message
            with pytest.raises(openai.BadRequestError):
                client.webhooks.update(endpoint.id, url="http://10.0.0.1/hook")
    assert receiver.told.empty()
