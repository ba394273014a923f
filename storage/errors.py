"""What can go wrong below `tuning`, in words that need no SQLAlchemy to be caught."""


class StorageError(Exception):
    """Everything this floor raises on purpose."""


class DatabaseUnavailable(StorageError):
    """The database can't be reached, or stayed locked for longer than we wait; nothing was written."""


class NewerSchema(StorageError):
    """The database was migrated by a later version of Tunesmith, whose tables this one doesn't know."""

    def __init__(self) -> None:
        super().__init__("it was used by a later version of Tunesmith; run that version, or use another database.")


class BucketUnusable(StorageError):
    """There is no such kind of bucket, or its account isn't named."""


class DatasetGone(StorageError):
    """A version was to be added to a dataset that no longer exists."""

    def __init__(self, dataset_id: str) -> None:
        super().__init__(f"The dataset {dataset_id!r} no longer exists; share its file again.")
        self.dataset_id = dataset_id


class FileTooLarge(StorageError):
    """A stream held more bytes than allowed; what had arrived of it was removed."""

    def __init__(self, max_bytes: int) -> None:
        super().__init__(f"The file is larger than the {max_bytes} bytes allowed here.")
        self.max_bytes = max_bytes


class FileMissing(StorageError):
    """The bytes of a version aren't in the store, although its row is there."""

    def __init__(self, sha256: str) -> None:
        super().__init__(f"The bytes with sha256 {sha256} are missing from the file store.")
        self.sha256 = sha256
