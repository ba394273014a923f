"""A dataset's parts for training and validation."""

from tuning.datasets.parts import Part, parts_of


async def test_the_parts_of_a_split_hold_every_row_once(house):
    version = await house.dataset()

    parts = parts_of(version.id, train_percent=80, seed=7)
    training, validation = [await house.parts.ensure(house.tenant, part.id) for part in parts]
    again = await house.parts.ensure(house.tenant, parts[0].id)

    rows = [
        b"".join([chunk async for chunk in house.files.read(part.sha256)]).splitlines()
        for part in (training, validation)
    ]
    assert sorted(rows[0] + rows[1]) == sorted(house.shared["ds_1"].splitlines())
    assert (training.examples, validation.examples) == (51, 13)
    assert again == training
    assert (training.origin, training.parent_id) == ("split:train", version.id)
    assert (await house.datasets.newest_version(house.tenant, "ds_1")).id == version.id


def test_a_parts_id_says_how_it_is_made():
    training, validation = parts_of("ds_1-v1", train_percent=80, seed=7)

    assert Part.from_id(training.id) == training
    assert Part.from_id(validation.id) == validation
    assert Part.from_id("ds_1-v1") is None
