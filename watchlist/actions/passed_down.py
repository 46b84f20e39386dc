"""What a step on owners means for the watched names that they own."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from watchlist.model import Action, ActionKind, Stage
from watchlist.ownership.passing import Passing

_PASSES_DOWN = frozenset(
    {
        ActionKind.DESIGNATION,
        ActionKind.INVESTMENT_BAN,
        ActionKind.TRANSACTION_BAN,
        ActionKind.EXPORT_CONTROL,
        ActionKind.IMPORT_BAN,
        ActionKind.PROCUREMENT_BAN,
        ActionKind.OPERATING_BAN,
        ActionKind.DIVESTITURE_ORDER,
        ActionKind.MILITARY_LIST,
        ActionKind.OTHER,
    }
)
"""What a step on an owner means for the owned: an inquiry, a fine or a delisting stays with the owner."""


def passed_down(found: Sequence[Action], passing: Passing, day: date | None) -> list[Action]:
    """Return the steps on watched names that the targets of ``found`` own on a day, each once a kind and stage.

    Targets of one kind and stage count together. What is told of a name itself is not passed down to it.
    """
    known = {(action.target, action.action, action.stage) for action in found}
    steps: dict[tuple[ActionKind, Stage], dict[str, Action]] = {}
    for action in found:
        if action.action in _PASSES_DOWN:
            steps.setdefault((action.action, action.stage), {}).setdefault(action.target, action)
    return [
        replace(
            told[reached.owner],
            target=reached.entry,
            via=reached.owner,
            share=reached.share,
            indirect=reached.indirect,
        )
        for (kind, stage), told in steps.items()
        for reached in passing.reached(told, day)
        if (reached.entry, kind, stage) not in known
    ]
