"""Lists of our own in the documented forms, for tests: what a publisher serves, edition by edition."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

NAMESPACE = "https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports/XML"


@dataclass(frozen=True)
class Body:
    """One body on a list of OFAC's form: uid, name, programmes, other names as name -> category."""

    uid: str
    name: str
    programs: Sequence[str] = ("RUSSIA-EO14024",)
    aliases: Mapping[str, str] | None = None
    remarks: str = ""


def ofac_xml(bodies: Sequence[Body], day: str = "11/20/2026", namespace: str = NAMESPACE) -> bytes:
    """Return an edition in the form of CONSOLIDATED.XML, ``day`` as mm/dd/yyyy."""
    entries = []
    for body in bodies:
        akas = "".join(
            f"<aka><uid>{body.uid}{at}</uid><type>a.k.a.</type><category>{category}</category><lastName>{name}</lastName></aka>"
            for at, (name, category) in enumerate((body.aliases or {}).items())
        )
        programs = "".join(f"<program>{program}</program>" for program in body.programs)
        remarks = f"<remarks>{body.remarks}</remarks>" if body.remarks else ""
        entries.append(
            f"<sdnEntry><uid>{body.uid}</uid><lastName>{body.name}</lastName><sdnType>Entity</sdnType>{remarks}"
            f"<programList>{programs}</programList><akaList>{akas}</akaList></sdnEntry>"
        )
    return (
        f'<?xml version="1.0" standalone="yes"?>\n<sdnList xmlns="{namespace}"><publshInformation>'
        f"<Publish_Date>{day}</Publish_Date><Record_Count>{len(bodies)}</Record_Count></publshInformation>"
        f"{''.join(entries)}</sdnList>"
    ).encode()


def others(count: int, start: int = 0) -> list[Body]:
    """Return bodies that nobody watches."""
    return [Body(str(1000 + n), f"Norvik {_word(n)} Works") for n in range(start, start + count)]


def _word(number: int) -> str:
    letters = "bdfgklmnprst"
    word = ""
    number += 7
    while number:
        word += letters[number % 12] + "aeiou"[number % 5]
        number //= 12
    return (word + "ra").capitalize()
