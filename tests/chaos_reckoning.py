"""What came of a chaos test."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Reckoning:
    """What came of it. ``lost`` names what never arrived; ``wrong`` whatever else must not be."""

    alerts: int = 0
    mails: int = 0
    refused: int = 0
    kills: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    kills_after_data: int = 0
    unanswered: int = 0
    repeated: int = 0
    lost: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def lines(self) -> list[str]:
        """Return it as lines for a person."""
        return [
            f"{self.alerts:,} alerts in {self.mails:,} mails ({self.refused} refused for good by the server), {self.seconds:.0f} s",
            f"kills: {sum(self.kills.values())} ({_counted(self.kills)})",
            f"faults: {_counted(self.faults)}",
            f"outcome unknown: {self.kills_after_data} times killed after DATA, {self.unanswered} times no answer to DATA",
            f"mails that came again (same Message-ID, same bytes): {self.repeated}",
            f"lost: {len(self.lost)} {self.lost[:5] or ''}",
            f"wrong: {len(self.wrong)} {self.wrong[:5] or ''}",
        ]


def _counted(counts: Counter[str]) -> str:
    return ", ".join(f"{count} {name}" for name, count in sorted(counts.items()))
