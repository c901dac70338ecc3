"""What can go wrong when a period is asked for."""


class PeriodUnknown(LookupError):
    """No row of that code applies on that day."""

    def __init__(self, code: str, day: object) -> None:
        super().__init__(f"no statutory period {code!r} applies on {day}")
        self.code = code
        self.day = day
