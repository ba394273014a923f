"""Rules on what is known about the host of a request: its files, its abilities, and what was asked of it before."""

from collections.abc import Iterator

from tuning.datasets.rules import Fault, rule
from tuning.datasets.rules.request import Requested


@rule("H005")
def file_not_usable(request: Requested) -> Iterator[Fault]:
    """A file that was uploaded before may be gone, or not be ready yet."""
    for file in request.files:
        if file.state != "ready":
            yield Fault(
                "training_version_id", parameters={"file": file.id}, phrases={"state": f"file_states.{file.state}"}
            )


@rule("H006")
def same_request(request: Requested) -> Iterator[Fault]:
    """The same bytes with the same parameters: paid for twice, learned once."""
    if request.same_job:
        yield Fault(parameters={"job": request.same_job.name, "owner": request.same_job.owner})


@rule("H008")
def host_cannot(request: Requested) -> Iterator[Fault]:
    """What the host lacks, before the file is uploaded."""
    if request.host_offers is None:
        return
    needs = request.needs | ({request.job.method} - {"supervised"})
    others = ", ".join(request.others_that_can)
    for need in sorted(needs - request.host_offers):
        phrases = {"what": f"abilities.{need}"} | ({} if others else {"choices": "cost.another_host"})
        path = "method" if need == request.job.method else "provider"
        yield Fault(path, parameters={"provider": request.provider.name, "choices": others}, phrases=phrases)


@rule("H009")
def organisation_refused(request: Requested) -> Iterator[Fault]:
    """OpenAI answers organisations that may not train any more with 403 `training_not_available`."""
    if request.is_refused:
        yield Fault("provider", parameters={"provider": request.provider.name})


@rule("R008")
def no_validation_file(request: Requested) -> Iterator[Fault]:
    """Reinforcement is steered by a validation file (OpenAI's reinforcement fine-tuning guide)."""
    if request.job.method == "reinforcement" and not request.validation_examples:
        yield Fault("validation_version_id", parameters={"n": max(request.examples // 5, 1)})


RULES = (file_not_usable, same_request, host_cannot, organisation_refused, no_validation_file)
"""For every request."""
