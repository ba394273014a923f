"""An answer that goes on in another message goes on as code where it was code."""

import pytest

from handlers.splitting import open_fence


@pytest.mark.parametrize(
    ("text", "opening"),
    [
        pytest.param("text", "", id="no fence"),
        pytest.param("```python\na = 1", "```python\n", id="an open one with its language"),
        pytest.param("```\na\n```\ntext", "", id="a closed one"),
        pytest.param("```\na\n```\n~~~\nb", "~~~\n", id="another one after it"),
        pytest.param("a ``` b", "", id="none at the start of a line"),
    ],
)
def test_the_fence_that_is_still_open_is_told(text, opening):
    assert open_fence(text) == opening
