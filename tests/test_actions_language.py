"""Which language the cues are looked up in, where a source does not say it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchlist.actions import language


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "A U.S. court blocked a ban on TikTok."),
        ("en", "DoD designates Quectix a Chinese military company"),
        ("en", "China sanctions U.S. defence firm Ridgeline Defense"),
        ("de", "London zwingt Wingtek, das Werk in Wales abzustoßen."),
        ("fr", "Washington interdit d'exporter des puces vers Lanxin sans licence."),
        ("fr", "Le tribunal a refusé de fermer le site de Sheyn."),
        ("es", "Un juez ordenó cortar el acceso a Equis Red en todo Brasil."),
        ("es", "El tribunal anuló la multa a Telefonix."),
        ("ru", "Суд отменил запрет."),
        ("zh", "法院推翻了禁令。"),
        ("en", "TikTok"),
    ],
)
def test_a_short_text_tells_its_language(lang: str, text: str):
    """A headline that is read with another language's words loses what it says of a name."""
    assert language.guess(text) == lang


@given(st.text())
def test_every_text_has_a_language(text: str):
    """Any text is survived, and the answer is one that has a lexicon."""
    assert language.guess(text) in language.LANGUAGES
