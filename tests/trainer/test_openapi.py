import json

from openai import OpenAI

from tests.trainer.driving import RunningTrainer


def test_the_document_describes_every_address_and_what_it_takes(client: OpenAI, tiny_trainer: RunningTrainer) -> None:
    with client.with_options(base_url=tiny_trainer.url.removesuffix("/v1")) as root:
        document = root.get("/openapi.json", cast_to=dict[str, object])
    paths = document["paths"]
    assert {"get", "post"} == paths["/fine_tuning/jobs"].keys()
    assert {"get", "delete"} == paths["/models/{model_id}"].keys()
    body = paths["/chat/completions"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    schemas = document["components"]["schemas"]
    assert "messages" in schemas[body["$ref"].rpartition("/")[2]]["required"]
    named = {part.split('"')[0] for part in json.dumps(document).split("#/components/schemas/")[1:]}
    assert named <= schemas.keys()
    operations = [one["operationId"] for methods in paths.values() for one in methods.values()]
    assert len(operations) == len(set(operations)) > 40
