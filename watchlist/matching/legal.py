"""Legal forms at the end of a name in text: they continue the same name."""

from watchlist.text.tokens import tokens

_FORMS = (
    "inc|incorporated|corp|corporation|co|company|ltd|limited|llc|llp|lp|plc|ag|gmbh|kg|kgaa|se|sa|sas|sarl|spa|srl|bv|nv|"
    "ab|asa|as|oy|oyj|a/s|aps|kk|pte|pty|sdn bhd|bhd|tbk|pt|jsc|pjsc|ojsc|cjsc|pao|oao|zao|ooo|ао|оао|пао|ооо|зао|"
    "s.a.|s.p.a.|s.r.l.|n.v.|b.v.|s.a.s.|z o.o.|sp z oo|a.s.|s.a|l.l.c.|l.p.|k.k.|"
    "有限公司|股份有限公司|有限责任公司|集团有限公司|集团股份有限公司|控股有限公司|株式会社|(株)|주식회사"
)
_TAILS = frozenset(tuple(token.text for token in tokens(form)) for form in _FORMS.split("|"))
_LONGEST = max(map(len, _TAILS))
_LAST = frozenset(tail[-1] for tail in _TAILS)


def legal_form_at(words: tuple[str, ...] | list[str], start: int) -> int:
    """Return how many words from ``start`` are a legal form (0: none); the longest counts."""
    for length in range(min(_LONGEST, len(words) - start), 0, -1):
        if tuple(words[start : start + length]) in _TAILS:
            return length
    return 0


def without_legal_form(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return a name without the legal forms at its end; never empty."""
    changed = True
    while changed:
        changed = False
        for length in range(min(_LONGEST, len(words) - 1), 0, -1) if words and words[-1] in _LAST else ():
            if words[-length:] in _TAILS:
                words, changed = words[:-length], True
                break
    return words
