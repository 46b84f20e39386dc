"""The stage types hold what they promise."""

from watchlist.model import Document, Field


def test_a_document_hands_out_its_fields_as_given():
    """Offsets are only meaningful when the field is the text as given."""
    document = Document("d", " Title ", "Text\r\n")
    assert (document.part(Field.TITLE), document.part(Field.TEXT)) == (" Title ", "Text\r\n")
