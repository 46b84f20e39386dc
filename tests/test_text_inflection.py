"""Names under endings, particles and prefixes."""

import pytest

from watchlist.matching.matcher import Matcher
from watchlist.model import Entry


@pytest.mark.parametrize(
    ("name", "text", "surfaces"),
    [
        ("Транснефть", "долг Транснефти вырос", ["Транснефти"]),
        ("Уральский завод", "о сделке с Уральским заводом", ["Уральским заводом"]),
        ("Лента", "лентами", ["лентами"]),
        ("Лен", "Леночка", []),
        ("Azoty", "Nie jest jasne, dla kogo oraz za ile; akcje Azotów spadly", ["Azotów"]),
        ("Polska Miedz", "Rada Polskiej Miedzi nie jest zgodna, oraz dla niej", ["Polskiej Miedzi"]),
        ("Zalando", "Die Aktie des Zalandos ist nicht mit", ["Zalandos"]),
        ("현대차", "현대차는 밝혔다", ["현대차는"]),
        ("أرامكو", "وأرامكو لأرامكو", ["وأرامكو", "لأرامكو"]),
        ("LG화학", "LG화학의", ["LG화학의"]),
    ],
)
def test_a_name_is_found_under_its_endings(name: str, text: str, surfaces: list[str]) -> None:
    """In half of the world's languages a name seldom stands in its dictionary form."""
    assert [m.text for m in Matcher.compile([Entry(name)]).find(text)] == surfaces
