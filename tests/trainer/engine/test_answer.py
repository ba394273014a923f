from trainer.engine.answer import pieces_of
from trainer.engine.sampling import Chosen
from trainer.engine.tiny import tiny_language

TOKENIZER = tiny_language().tokenizer
END = [TOKENIZER.end_id]


def said(text: str, stops: tuple[str, ...] = (), ending: tuple[int, ...] = tuple(END)) -> tuple[list[str], str | None]:
    pieces = list(pieces_of(map(Chosen, [*TOKENIZER.encode(text), *ending]), TOKENIZER, stops))
    return [piece.text for piece in pieces], pieces[-1].finish_reason


def test_a_character_of_several_bytes_comes_whole() -> None:
    assert said("é!") == (["", "é", "!", ""], "stop")


def test_a_character_that_is_never_finished_becomes_a_replacement() -> None:
    pieces = list(pieces_of(map(Chosen, [0xE2, 0x82]), TOKENIZER, ()))
    assert "".join(piece.text for piece in pieces) == "\ufffd"


def test_what_may_begin_a_stop_sequence_is_held_back_until_it_is_certain() -> None:
    assert said("a EN", (" END",), ()) == (["a", "", "", "", " EN"], "length")
    assert said("a END and more", (" END",)) == (["a", "", "", "", ""], "stop")


def test_the_stop_sequence_that_comes_first_ends_the_answer() -> None:
    texts, reason = said("one two three", ("three", "two"))
    assert ("".join(texts), reason) == ("one ", "stop")


def test_any_special_token_ends_the_answer() -> None:
    texts, reason = said("a", (), (TOKENIZER.special("<|im_start|>"), ord("b")))
    assert ("".join(texts), reason) == ("a", "stop")


def test_running_out_of_tokens_is_an_end_for_length() -> None:
    assert said("ab", (), ())[1] == "length"
