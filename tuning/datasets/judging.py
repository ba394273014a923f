"""Judging rows by the rules of their file's format, and measuring them on the way."""

from collections.abc import Collection, Generator, Iterable, Iterator
from itertools import chain, compress
from typing import Final

from storage.rows import DatasetFormat
from tuning.datasets.columns import ENDINGS, SEPARATORS, Column
from tuning.datasets.examples import ChatExample, PromptExample
from tuning.datasets.findings import Finding
from tuning.datasets.formats import format_of, is_foreign, majority_format
from tuning.datasets.images import images_of
from tuning.datasets.measures import TokenFacts, TokenMeter, has_han
from tuning.datasets.options import CheckOptions
from tuning.datasets.pairs_of_answers import SIDES, AnswerPairs, PreferenceExample
from tuning.datasets.passages import Said
from tuning.datasets.probes import Grade, score_of
from tuning.datasets.reading import Reading, batches
from tuning.datasets.reinforcing import ReinforcementJudge
from tuning.datasets.remembered import Remembered, RememberedRows
from tuning.datasets.row_facts import RowFacts
from tuning.datasets.rows import Row
from tuning.datasets.rules import (
    Fault,
    Rule,
    chat_contents,
    chat_learning,
    chat_messages,
    chat_shape,
    consent,
    found,
    images,
    inside_pairs,
    measured,
    preference,
    privacy,
    prompt_completion,
    slips,
    tool_calls,
    tool_declarations,
    tool_results,
)
from tuning.datasets.rules.dataset import Dataset
from tuning.datasets.rules.preference_sides import PreferenceSides
from tuning.datasets.rules.prompt_columns import PromptColumns
from tuning.datasets.rules.signs import SignedRules
from tuning.datasets.tidy_chat import is_tidy_chat
from tuning.hyperparameters import auto_values
from tuning.tokens.batches import BatchCounter
from tuning.tokens.counting import ExampleTokens
from tuning.tokens.encodings import CL100K, O200K

ROWS_TO_TELL_FORMAT: Final = 100
"""A file's format is that of most of its first objects."""

_WORDING_RULES = SignedRules((*slips.RULES, *privacy.RULES))
_TOOL_RULES = (*tool_declarations.RULES, *tool_calls.RULES, *tool_results.RULES)
_TIDY_RULES = (
    *tool_declarations.MEANING_RULES,
    *tool_calls.MEANING_RULES,
    *tool_results.RULES,
    *chat_learning.RULES,
)
_SHAPE_RULES = (*chat_shape.RULES, *chat_messages.RULES, *chat_contents.RULES, *_TOOL_RULES)


class Judge:
    """Goes through the rows of one file, once."""

    def __init__(self, options: CheckOptions, counter: BatchCounter) -> None:
        self._options = options
        self._counter = counter
        self.format = DatasetFormat.UNKNOWN
        self.facts = RowFacts(TokenMeter(options.context_tokens))
        self.prompts = Column(SEPARATORS)
        self.completions = Column(ENDINGS)
        self.pairs = AnswerPairs()
        self.reinforcement = ReinforcementJudge(options)
        self.graded_pairs = self.disagreements = 0

    def findings(self, rows: Iterable[Row]) -> Iterator[Finding]:
        """Everything that is wrong with the rows, in their order."""
        remaining = iter(rows)
        first = [row for _, row in zip(range(ROWS_TO_TELL_FORMAT), remaining, strict=False)]
        self.format = self._options.format or majority_format(row.fields for row in first)
        self.facts.rows = RememberedRows(keeps_prompts=self.format is DatasetFormat.REINFORCEMENT)
        for batch in batches(chain(first, remaining)):
            yield from self._judge_batch(batch)

    def _judge_batch(self, rows: list[Row]) -> Iterator[Finding]:
        readings = [Reading(row, self.format, reads_wording=not self._options.is_quick) for row in rows]
        self._counter.prepare(text for reading in readings for text in reading.texts)
        signs = _WORDING_RULES.asked([_scanned(reading.said) for reading in readings if reading.said])
        for index, reading in enumerate(readings):
            tokens = self._taken(reading) or (yield from self._judge(reading))
            if reading.said and tokens:
                yield from self._judge_wording(reading.row, reading.said, tokens, signs.get(index, ()))

    def _taken(self, reading: Reading) -> ExampleTokens | None:
        """The tokens of a row with which nothing is wrong but, perhaps, its wording; None where it needs a closer look."""
        shape = reading.shape
        if shape is None or not shape.is_in_order or chat_learning.may_be_remarkable(reading.texts):
            return None
        tokens, context_tokens = self._tokens_of(reading), self.facts.meter.context_tokens
        if context_tokens is not None and tokens.total > context_tokens:
            return None
        self.facts.system_prompts.add(reading.texts[0] if shape.roles[0] == "system" else "")
        self.facts.with_han += any(map(has_han, compress(reading.texts, shape.is_learned)))
        self.facts.measured += 1
        self.facts.meter.add(reading.row.line, tokens)
        return tokens

    def _judge(self, reading: Reading) -> Generator[Finding, None, ExampleTokens | None]:
        """What is wrong with a row, its wording left aside; then its tokens, or None where it cannot be judged."""
        row = reading.row
        is_own = row.plain is not None and self.format is DatasetFormat.CHAT
        if not is_own and is_foreign(row.fields, self.format):
            phrases = {"row_format": f"formats.{format_of(row.fields)}", "file_format": f"formats.{self.format}"}
            yield found("F019", Fault(phrases=phrases), row.line, row.example)
            return None
        if self.format is DatasetFormat.CHAT:
            yield from self._judge_chat(reading)
        elif self.format is DatasetFormat.PROMPT_COMPLETION:
            yield from self._judge_prompt_completion(row)
        elif self.format is DatasetFormat.PREFERENCE:
            yield from self._judge_preference(row)
        else:
            yield from self.reinforcement.findings(row)
        tokens = self._tokens_of(reading)
        self.facts.measured += 1
        self.facts.meter.add(row.line, tokens)
        if tokens.tool_results or self.facts.meter.context_tokens:
            subject = measured.MeasuredExample(tokens, self.facts.meter.context_tokens)
            for rule in measured.RULES:
                yield from rule.findings(subject, row.line, row.example)
        return tokens

    def _tokens_of(self, reading: Reading) -> ExampleTokens:
        if reading.shape and not reading.has_names:
            return self._counter.plain_chat(reading.shape.roles, reading.texts, reading.shape.is_learned)
        fields = reading.row.fields
        if self.format is DatasetFormat.PROMPT_COMPLETION:
            return self._counter.prompt_completion(fields)
        return (
            self._counter.preference(fields) if self.format is DatasetFormat.PREFERENCE else self._counter.chat(fields)
        )

    def _judge_chat(self, reading: Reading) -> Iterator[Finding]:
        row, shape = reading.row, reading.shape
        example = ChatExample.of(row.fields, self._options.provider)
        rules: tuple[Rule[ChatExample], ...] = chat_learning.RULES
        if not shape:
            self.facts.tools.add(example, row.line, row.example)
            yield from self._judge_images(row, example)
            rules = _TIDY_RULES if is_tidy_chat(row.fields) else (*_SHAPE_RULES, *chat_learning.RULES)
        for rule in rules:
            yield from rule.findings(example, row.line, row.example)
        first = example.messages[0] if example.messages else None
        self.facts.system_prompts.add(first.text if first and first.role == "system" else "")
        self.facts.with_han += any(message.is_trained and has_han(message.text) for message in example.messages)

    def _judge_images(self, row: Row, example: ChatExample) -> Iterator[Finding]:
        pictures = tuple(images_of(example))
        if not pictures:
            return
        dear = sum(picture.detail != "low" for picture in pictures)
        self.facts.images.add(len(pictures), dear, sum(picture.tokens for picture in pictures))
        illustrated = images.Illustrated(pictures, self._options.provider, self._options.probes)
        for rule in images.RULES:
            yield from rule.findings(illustrated, row.line, row.example)

    def _judge_prompt_completion(self, row: Row) -> Iterator[Finding]:
        example = PromptExample(row.fields, self._options.provider)
        for rule in prompt_completion.RULES:
            yield from rule.findings(example, row.line, row.example)
        self.prompts.add(example.prompt)
        self.completions.add(example.completion)
        self.facts.with_han += has_han(example.completion)

    def _judge_preference(self, row: Row) -> Iterator[Finding]:
        pair = PreferenceExample(row.fields, self._options.provider)
        for rule in (*preference.RULES, *inside_pairs.RULES):
            yield from rule.findings(pair, row.line, row.example)
        self.pairs.add(row.line, row.example, pair)
        if grade := self._options.probes.grade:
            self._grade(grade, pair)

    def _grade(self, grade: Grade, pair: PreferenceExample) -> None:
        scores = [score_of(grade, pair.text(side), pair.input) for side in SIDES]
        if scores[0] is not None and scores[1] is not None:
            self.graded_pairs += 1
            self.disagreements += scores[1] > scores[0]

    def _judge_wording(self, row: Row, said: Said, tokens: ExampleTokens, asked: Collection[int]) -> Iterator[Finding]:
        """What is wrong with an example's texts, whatever its format."""
        yield from _WORDING_RULES.findings(said, asked, row.line, row.example)
        if self._options.withheld_rows or self._options.probes.moderate:
            judged = consent.Judged(said, self._options.withheld_rows, self._options.probes)
            yield from (finding for rule in consent.RULES for finding in rule.findings(judged, row.line, row.example))
        self.facts.rows.add(row.line, row.example, said, tokens.trained)

    def tokens(self) -> TokenFacts:
        """The tokens of all rows so far."""
        return self.facts.meter.facts(
            self._options.encoding or O200K, is_own_encoding=self._options.encoding is not None
        )

    def summary(self, examples: int) -> Dataset:
        """The rows taken together, for the rules on the dataset."""
        return Dataset(
            provider=self._options.provider,
            format=self.format,
            examples=examples,
            measured=self.facts.measured,
            trained_tokens=self.facts.meter.trained,
            most_trained_tokens=self.facts.meter.most_trained,
            most_trained_line=self.facts.meter.most_trained_line,
            prompts=self.prompts,
            completions=self.completions,
            system_prompts=self.facts.system_prompts.result(),
            system_prompt_tokens=self._system_prompt_tokens(),
            total_tokens=self.facts.meter.total,
        )

    def remembered(self) -> Remembered:
        """What is kept of every row, for the rules that compare rows."""
        return Remembered(self.facts.rows, self.format)

    def preference_sides(self) -> PreferenceSides:
        """All pairs of a preference file; none for every other format."""
        options, auto = self._options, auto_values(self._options.provider.id, self.facts.measured)
        return PreferenceSides(self.pairs, options.n_epochs, auto.n_epochs, self.disagreements, self.graded_pairs)

    def prompt_columns(self) -> PromptColumns | None:
        """The two columns of a prompt/completion file; None for every other format."""
        if self.format is not DatasetFormat.PROMPT_COMPLETION:
            return None
        has_old_tokenizer = bool(self._options.model) and self._options.encoding == CL100K
        return PromptColumns(self.prompts, self.completions, self.facts.rows, has_old_tokenizer)

    def _system_prompt_tokens(self) -> int:
        prompts = self.facts.system_prompts.result()
        return self._counter.repeated(prompts.common) * prompts.common_examples


def _scanned(said: Said) -> bytes:
    """What is looked through for the signs of rules."""
    return said.spoken + b"\n" + said.system.encode("utf-8", "replace")
