"""A dataset isn't there, or can't be used for what was asked."""

from collections.abc import Sequence

from tuning.errors.user_facing import NotFound, UserFacingError


class DatasetNotFound(NotFound):
    """No dataset has that id or name."""

    def __init__(self, text: str, near: Sequence[str] = ()) -> None:
        super().__init__("dataset", text, near)


class VersionNotFound(UserFacingError):
    """A dataset has no version of that number, tag or sha256."""

    def __init__(self, name: str, text: str, known: Sequence[str]) -> None:
        super().__init__("version_not_found", name=name, text=text, known=", ".join(known))


class TagUnfit(UserFacingError):
    """A version can't be called so."""

    def __init__(self, tag: str) -> None:
        super().__init__("tag_unfit", tag=tag)


class NoDatasetYet(UserFacingError):
    """The team has shared no training file so far that may be shown here."""

    def __init__(self) -> None:
        super().__init__("no_dataset_yet")


class DatasetNotReady(UserFacingError):
    """The check found something in the dataset that blocks every job."""

    def __init__(self, file_name: str, things_to_fix: int) -> None:
        super().__init__("dataset_not_ready", file_name=file_name, n=things_to_fix)


class DatasetInUse(UserFacingError):
    """A job that hasn't ended needs the dataset."""

    def __init__(self, name: str, job: str) -> None:
        super().__init__("dataset_in_use", name=name, job=job)


class SplitTooSmall(UserFacingError):
    """A dataset has too few different examples to have a validation part."""

    def __init__(self, file_name: str) -> None:
        super().__init__("split_too_small", file_name=file_name)


class TestIsKept(UserFacingError):
    """A test part is for evaluation, and goes to no provider."""

    __test__ = False  # It is no test of pytest's.

    def __init__(self, file_name: str) -> None:
        super().__init__("test_is_kept", file_name=file_name)


class LearnsTheTest(UserFacingError):
    """A file for training or validation holds rows of the dataset's test part."""

    def __init__(self, file_name: str, rows: int, line: int) -> None:
        super().__init__("learns_the_test", file_name=file_name, n=rows, line=line)


class ValidationLeaks(UserFacingError):
    """The validation file that somebody chose holds rows of the training file, the first of them on a line of that."""

    def __init__(self, training: str, validation: str, rows: int, line: int) -> None:
        super().__init__("validation_leaks", training=training, validation=validation, n=rows, line=line)
