"""Weights that are packed add exactly, and the quick way through a document tells what its features spelled out tell."""

from math import isclose, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchlist.actions import features, model, packed
from watchlist.actions.extract import Extractor
from watchlist.matching.matcher import Matcher
from watchlist.model import Document, Entry

PARTS = st.text("aé0§'+>_:", min_size=1, max_size=3)
NAMES = st.one_of(
    st.builds("{}:w:{}".format, st.sampled_from(packed.COLUMNS), PARTS),
    st.builds("s:b:{} {}".format, PARTS, PARTS),
    st.builds("s:b:{} _ {}".format, PARTS, PARTS),
    st.builds("s:cc:{}+{}".format, st.text("ab_", min_size=1), st.text("ab_", min_size=1)),
    st.builds("in:{}".format, PARTS),
    st.builds("{}:g:{}".format, st.sampled_from(packed.COLUMNS), PARTS),
)
ENTRIES = (Entry("Alipay"), Entry("Huawei", aliases=("华为", "Хуавэй")))


@given(st.dictionaries(NAMES, st.dictionaries(st.integers(0, 3), st.integers(-900, 900)), max_size=12))
def test_a_table_returns_what_was_written(weights: dict[str, dict[int, int]]):
    """A feature lost between the trainer's file and the reader would change answers without a trace."""
    rows = {name: " ".join(f"{h}:{w}" for h, w in cells.items()) for name, cells in weights.items()}
    table = packed.Table(packed.written(rows), 4)
    for name, cells in weights.items():
        assert [table.weight(name, head) for head in range(4)] == [cells.get(head, 0) for head in range(4)]


@given(st.lists(st.lists(st.integers(-900, 900), min_size=3, max_size=3), min_size=1, max_size=300))
def test_packed_weights_add_like_the_weights_themselves(rows: list[list[int]]):
    """A field that ran over into the next would give one head another's evidence."""
    told = {
        f"{column}:w:{n}": " ".join(f"{h}:{w}" for h, w in enumerate(row))
        for column in "pD"
        for n, row in enumerate(rows)
    }
    table = packed.Table(packed.written(told), 3)
    total = table.total(table.known([f"w:{n}" for n in range(len(rows))]))
    for column, count in (("p", len(rows)), ("D", len(rows)), ("s", 0)):
        sums = [sum(weights) for weights in zip(*rows, strict=True)] if count else [0, 0, 0]
        fields, zero = table.fields(total, column)
        assert [*(field - zero for field in fields[:-1]), fields[-1]] == [*sums, count]


def test_unknown_features_have_no_weight_and_are_not_kept():
    """Texts bring new words without end: keeping them would fill the memory of a daemon."""
    table = packed.Table("w:a\ts 0:5\n\nb:a\tb 0:7\n\n", 1)
    assert not table.known([f"w:{n}" for n in range(50)])
    assert not any(table.seconds["b"][str(n)] for n in range(50))
    assert not table.seconds["b"]


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        (
            "en",
            "The Commerce Department added Huawei to the Entity List on Monday. Suppliers of Alipay and Huawei were "
            "warned.\n\nThe list bars exports to the company; the list bars exports of chips.",
        ),
        ("zh", "美国商务部周一将华为列入实体清单。该公司与Alipay均表示反对，商务部未回应。华为称将上诉。"),
        ("ru", "Минторг США внёс Хуавэй в чёрный список. Компания Alipay не пострадала, сообщило ведомство."),
    ],
)
def test_quick_scores_are_those_of_the_features_spelled_out(lang: str, text: str):
    """The trainer and the explanation spell features out; a quick way that differs would be another, unjudged model."""
    document = Document("d", "Huawei is put on a list", text, lang=lang)
    extractor, matches = Extractor.load(ENTRIES), Matcher.compile(ENTRIES).match(document)
    reader = extractor.reader(document, matches)
    weights = model.shipped()
    wide = features.topic(reader.readings)
    cells = [cell for found in reader.page.cells.values() for cell in found]
    assert len(cells) > 3
    for cell in cells:
        groups: dict[str, list[float]] = {}
        for name in set(features.spell(cell, reader.page, reader.readings, wide)):
            weight = weights.weight(name, "any")
            if weight is not None:
                groups.setdefault(model.block(name), []).append(weight)
        plain = weights.bias[0] + sum(
            model.BLOCKS[group] * sum(told) / sqrt(len(told)) for group, told in groups.items()
        )
        quick = reader.score(cell).any
        assert isclose(quick, plain, abs_tol=1e-9) or isclose(quick, plain - model.OWNER_ONLY, abs_tol=1e-9)
