"""Judging rows by the rules of their file's format, and measuring them on the way."""

from collections.abc import Collection, Generator, Iterable, Iterator, Mapping
from itertools import chain, compress, islice
from typing import Any, Final

from storage.rows import DatasetFormat
from tuning.datasets.calling_chat import CallingChat
from tuning.datasets.columns import ENDINGS, SEPARATORS, Column
from tuning.datasets.examples import ChatExample, PromptExample
from tuning.datasets.findings import Finding
from tuning.datasets.formats import format_of, is_foreign, majority_format
from tuning.datasets.images import images_of
from tuning.datasets.measures import TokenFacts, TokenMeter, has_han
from tuning.datasets.options import CheckOptions
from tuning.datasets.pairs_of_answers import SIDES, AnswerPairs, PreferenceExample
from tuning.datasets.passages import Said
from tuning.datasets.plain_wording import PlainWording
from tuning.datasets.probes import Grade, score_of
from tuning.datasets.reading import Reading
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
from tuning.datasets.rules.signs import Scanned, SignedRules
from tuning.datasets.usual_rows import UsualRows
from tuning.hyperparameters import auto_values
from tuning.tokens.batches import BatchCounter
from tuning.tokens.counting import ExampleTokens
from tuning.tokens.encodings import CL100K, O200K

ROWS_TO_TELL_FORMAT: Final = 100
"""A file's format is that of most of its first objects."""

_WORDING_RULES = SignedRules((*slips.RULES, *privacy.RULES))
_TOOL_RULES = (*tool_declarations.RULES, *tool_calls.RULES, *tool_results.RULES)
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
        self._system_texts: list[str] = []
        """Those of the block that is being judged, in the order of the file."""

    def findings(self, blocks: Iterable[list[Row]]) -> Iterator[Finding]:
        """Everything that is wrong with the rows, in their order."""
        remaining = iter(blocks)
        first: list[list[Row]] = []
        while sum(map(len, first)) < ROWS_TO_TELL_FORMAT and (block := next(remaining, None)) is not None:
            first.append(block)
        told = islice(chain.from_iterable(first), ROWS_TO_TELL_FORMAT)
        self.format = self._options.format or majority_format(
            (row.fields for row in told), is_graded=self._options.grader is not None
        )
        self.facts.rows = RememberedRows(keeps_prompts=self.format is DatasetFormat.REINFORCEMENT)
        for block in chain(first, remaining):
            yield from self._judge_block(Reading(block, self.format, self._counter))

    def _judge_block(self, reading: Reading) -> Iterator[Finding]:
        wordings = [] if self._options.is_quick else reading.wordings()
        scanned = [Scanned(one.spoken, one.system, one.answers) for one in wordings]
        signs = _WORDING_RULES.asked(scanned)
        taken, self._system_texts = self._taken(reading.usual), []
        for index, row in enumerate(reading.rows):
            trained_tokens: int | None
            if row.line in taken:
                system_text, trained_tokens = taken[row.line]
                self._system_texts.append(system_text)
                if row.plain and isinstance(row.plain.row, CallingChat):
                    self.facts.tools.add_sound(row.plain.row, row.line, row.example)
            else:
                trained_tokens = yield from self._judge(row)
            if wordings and trained_tokens is not None:
                wording = wordings[index]
                yield from self._judge_wording(row, wording, signs.get(index, ()))
                self._remember(row, wording, scanned[index].spoken, trained_tokens)
        self.facts.system_prompts.add_all(self._system_texts)

    def _taken(self, usual: UsualRows) -> dict[int, tuple[str, int]]:
        """The rows, by line, with which nothing is wrong but perhaps their wording: system text and trained tokens."""
        limit = self.facts.meter.context_tokens
        tokens = usual.measured(self._counter)
        fit = [limit is None or total <= limit for total in tokens.total]
        is_taken = [
            fits and not remarkable and not has_results
            for fits, remarkable, has_results in zip(fit, usual.are_remarkable, tokens.are_mostly_results, strict=True)
        ]
        lines = list(compress([one.row.line for one in usual], is_taken))
        trained = list(compress(tokens.trained, is_taken))
        are_exact = all(compress(tokens.are_exact, is_taken))
        self.facts.with_han += sum(compress(usual.have_han, is_taken))
        self.facts.measured += len(lines)
        self.facts.meter.add_all(lines, list(compress(tokens.total, is_taken)), trained, are_exact=are_exact)
        return dict(zip(lines, zip(compress(usual.system_texts, is_taken), trained, strict=True), strict=True))

    def _judge(self, row: Row) -> Generator[Finding, None, int | None]:
        """What is wrong with a row, its wording left aside; then its trained tokens, or None where it isn't judged."""
        is_own = row.plain is not None and self.format is DatasetFormat.CHAT
        if not is_own and is_foreign(row.fields, self.format):
            phrases = {"row_format": f"formats.{format_of(row.fields)}", "file_format": f"formats.{self.format}"}
            yield found("F019", Fault(phrases=phrases), row.line, row.example)
            return None
        if self.format is DatasetFormat.CHAT:
            yield from self._judge_chat(row)
        elif self.format is DatasetFormat.PROMPT_COMPLETION:
            yield from self._judge_prompt_completion(row)
        elif self.format is DatasetFormat.PREFERENCE:
            yield from self._judge_preference(row)
        else:
            yield from self.reinforcement.findings(row)
        tokens = self._tokens_of(row.fields)
        self.facts.measured += 1
        self.facts.meter.add(row.line, tokens)
        if tokens.tool_results or self.facts.meter.context_tokens:
            subject = measured.MeasuredExample(tokens, self.facts.meter.context_tokens)
            for rule in measured.RULES:
                yield from rule.findings(subject, row.line, row.example)
        return tokens.trained

    def _tokens_of(self, fields: Mapping[str, Any]) -> ExampleTokens:
        if self.format is DatasetFormat.PROMPT_COMPLETION:
            return self._counter.prompt_completion(fields)
        return (
            self._counter.preference(fields) if self.format is DatasetFormat.PREFERENCE else self._counter.chat(fields)
        )

    def _judge_chat(self, row: Row) -> Iterator[Finding]:
        example = ChatExample.of(row.fields, self._options.provider)
        rules: tuple[Rule[ChatExample], ...] = chat_learning.RULES
        if not row.plain or isinstance(row.plain.row, CallingChat):
            self.facts.tools.add(example, row.line, row.example)
            yield from self._judge_images(row, example)
            rules = (*_SHAPE_RULES, *chat_learning.RULES)
        for rule in rules:
            yield from rule.findings(example, row.line, row.example)
        first = example.messages[0] if example.messages else None
        self._system_texts.append(first.text if first and first.role == "system" else "")
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

    def _judge_wording(self, row: Row, wording: PlainWording | Said, asked: Collection[int]) -> Iterator[Finding]:
        """What is wrong with an example's texts, whatever its format."""
        is_judged = bool(self._options.withheld_rows or self._options.probes.moderate)
        if not asked and not is_judged:
            return
        said = wording if isinstance(wording, Said) else wording.said
        yield from _WORDING_RULES.findings(said, asked, row.line, row.example)
        if is_judged:
            judged = consent.Judged(said, self._options.withheld_rows, self._options.probes)
            yield from (finding for rule in consent.RULES for finding in rule.findings(judged, row.line, row.example))

    def _remember(self, row: Row, wording: PlainWording | Said, spoken: bytes, trained_tokens: int) -> None:
        if isinstance(wording, Said):
            self.facts.rows.add(row.line, row.example, wording, trained_tokens)
        else:
            self.facts.rows.add_plain(row.line, row.example, wording, spoken, trained_tokens)

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
