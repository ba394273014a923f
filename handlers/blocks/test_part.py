"""A test part that was set aside: what it is for, and how to go on."""

from handlers.blocks.kit import Content, actions, button, context, section
from handlers.language import Voice
from handlers.mrkdwn import quoted_name
from storage.rows import Dataset, DatasetVersion
from tuning.datasets.parts import Part


def test_part(voice: Voice, dataset: Dataset, test: DatasetVersion, whole: DatasetVersion) -> Content:
    part = Part.from_id(test.id)
    told = voice(
        "splits.made", name=quoted_name(dataset.name), n=test.examples, whole=whole.examples, version=whole.number
    )
    seed = voice("splits.seed", seed=str(part.seed if part else 0), percent=part.percent if part else 0)
    start = button(voice("report.start"), "jobs.start", dataset.id, style="primary")
    download = button(voice("versions.download"), "datasets.download", test.id)
    return Content(told, (section(told), context(seed), actions([start, download])))
