"""The sentence that is shown around a mention."""

import pytest

from watchlist.text.passage import passage_around


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (
            "Talks went on. The U.S. Department of Commerce added «Norvik» to a list. It fell.",
            "The U.S. Department of Commerce added «Norvik» to a list.",
        ),
        (
            "Wir. 12 марта 2025 г. Совет внёс «Norvik» в список. Дальше.",
            "12 марта 2025 г. Совет внёс «Norvik» в список.",
        ),
        ("It spoke. Mr. Smith of Acme Inc. Thursday sued «Norvik» again.", None),
        ("Signed by the U.S.\n\nThe court sued «Norvik» again.", "The court sued «Norvik» again."),
    ],
)
def test_a_point_of_an_abbreviation_does_not_end_the_sentence(text: str, shown: str | None) -> None:
    """Cut behind "The U.S.", the evidence in a mail begins in the middle and loses who acts."""
    start = text.index("«")
    low, high = passage_around(text, start, text.index("»") + 1)
    assert text[low:high] == (shown or text[text.index("Mr.") :])
