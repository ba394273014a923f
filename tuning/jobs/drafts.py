"""What a person chooses in order to start a job, and what they can choose from."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from storage.rows import Dataset, DatasetFormat, DatasetVersion, JobRequest, Model
from tuning.datasets.parts import Part, parts_of
from tuning.providers.shapes import TrainableModel


@dataclass(frozen=True, slots=True)
class StartDraft:
    """A job as it stands in the form, complete or not."""

    training_version_id: str
    provider: str
    base_model: str
    """A base model, or a tuned one to continue from."""
    validation_version_id: str = ""
    """Another dataset's version; empty for none, or where the validation part is split off."""
    split_train_percent: int | None = None
    """70 to 90: so much is trained on, the rest is the validation file. None for no split."""
    split_seed: int = 0
    test_percent: int = 0
    """So much is set aside as a test part before the split; 0 for none."""
    portion_percent: int = 100
    """Of the training part, for a learning curve; see `PORTIONS_PERCENT`. Without a split it asks for nothing."""
    n_epochs: int | None = None
    """None lets the provider choose; so for the next three."""
    batch_size: int | None = None
    learning_rate_multiplier: float | None = None
    beta: float | None = None
    """Of preferences; for every other method it asks for nothing."""
    suffix: str = ""
    seed: int | None = None
    is_foreign_accepted: bool = False
    """Whether the person was told, and wants it all the same, that the model can't write the dataset's language."""
    is_repeat_accepted: bool = False
    """Whether the person was told, and wants it all the same, that a job with the same data and parameters runs or ran."""

    def request(self, row_format: DatasetFormat) -> JobRequest:
        """What is asked of the provider; the parts of a split are named by ids that say how to make them.

        Args:
            row_format: of the training version, which decides the method.
        """
        method = row_format.method
        training_id, validation_id, test_id = self.training_version_id, self.validation_version_id, ""
        if self.split_train_percent is not None:
            training, validation = parts_of(training_id, train_percent=self.split_train_percent, seed=self.split_seed)
            if self.test_percent:
                test_id = Part(training_id, "test", self.test_percent, self.split_seed).id
            training_id = replace(training, portion_percent=self.portion_percent).id
            validation_id = validation.id
        return JobRequest(
            provider=self.provider,
            base_model=self.base_model,
            training_version_id=training_id,
            validation_version_id=validation_id,
            method=method,
            n_epochs=self.n_epochs,
            batch_size=self.batch_size,
            learning_rate_multiplier=self.learning_rate_multiplier,
            suffix=self.suffix,
            seed=self.seed,
            test_version_id=test_id,
            beta=self.beta if method == "dpo" else None,
        )

    def name_after(self, dataset_name: str) -> str:
        """What the job is called, which says so where it learns less than it might."""
        whole = self.portion_percent == 100  # noqa: PLR2004 - the whole.
        return dataset_name if whole else f"{dataset_name}-{self.portion_percent}-of-100"

    @property
    def trained_percent(self) -> int:
        """The share of the version's rows that is trained on, so that is paid for."""
        return self._left_percent * self.portion_percent // 100

    @property
    def validation_percent(self) -> int:
        """The share of the version's rows that is split off to validate with."""
        return 0 if self.split_train_percent is None else 100 - self.test_percent - self._left_percent

    @property
    def _left_percent(self) -> int:
        """What is held out neither for validation nor as a test part."""
        train = 100 if self.split_train_percent is None else self.split_train_percent
        return train * (100 - self.test_percent) // 100


@dataclass(frozen=True, slots=True)
class Offer:
    """What one provider can train."""

    provider: str
    title: str
    """As in sentences."""
    models: Sequence[TrainableModel]
    tuned: Sequence[Model]
    """The team's own models, to continue from."""


@dataclass(frozen=True, slots=True)
class StartOptions:
    """What the form offers."""

    datasets: Sequence[tuple[Dataset, DatasetVersion]]
    """The newest version of each dataset that is ready, the newest dataset first."""
    offers: Sequence[Offer]
    """The default provider first, those that refuse this organisation last. One that does not answer offers no base models."""

    @property
    def default(self) -> tuple[str, str]:
        """The provider and model that stand in the form at first; empty where nothing can be trained."""
        first = next((offer for offer in self.offers if offer.models), None)
        return (first.provider, first.models[0].id) if first else ("", "")
