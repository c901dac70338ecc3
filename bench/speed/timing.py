"""Times, ratios and the table that holds them against their bars."""

from __future__ import annotations

import math
import resource
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

Call = Callable[[], Any]


@dataclass(frozen=True)
class Result:
    """One ratio (or seconds) with the bar it must keep: at most, or at least when `at_least`; no bar: told, not judged."""

    name: str
    value: float
    bar: float | None
    at_least: bool = False
    detail: str = ""

    @property
    def passed(self) -> bool:
        if self.bar is None:
            return True
        return self.value >= self.bar if self.at_least else self.value <= self.bar

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "passed": self.passed}


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below or at which `share` of `values` lie (nearest rank). Raises ValueError for none."""
    if not values:
        raise ValueError("no values")
    ordered = sorted(values)
    return ordered[min(len(ordered), max(1, math.ceil(len(ordered) * share))) - 1]


def seconds(call: Call) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def interleaved(pairs: Sequence[tuple[Call, Call]], repeats: int = 3) -> tuple[list[float], list[float]]:
    """Return the seconds of the left and of the right calls, the best of `repeats` each.

    Left and right take turns, and who begins changes every time, so that whatever slows the machine for a while slows
    both. The best of a few is what the work costs; the rest is what else the machine did.
    """
    left: list[float] = []
    right: list[float] = []
    for a, b in pairs:
        times: tuple[list[float], list[float]] = ([], [])
        for turn in range(repeats):
            for side in (0, 1) if turn % 2 == 0 else (1, 0):
                times[side].append(seconds((a, b)[side]))
        left.append(min(times[0]))
        right.append(min(times[1]))
    return left, right


def milliseconds(values: Sequence[float]) -> str:
    return f"p50 {1_000 * percentile(values, 0.5):.1f} ms, p95 {1_000 * percentile(values, 0.95):.1f} ms"


def peak_memory() -> int:
    """Return the most memory this process, or the largest of its finished children, has held, in MB."""
    scale = 1024 * 1024 if sys.platform == "darwin" else 1024
    usages = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return max(usages) // scale


def cpu_seconds() -> float:
    """Return the processor time of this process and of its finished children."""
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def table(results: Sequence[Result]) -> str:
    """Return the results as lines of text, one each, with the bar beside the value."""
    width = max((len(result.name) for result in results), default=0)
    lines = []
    for result in results:
        sign = "≥" if result.at_least else "≤"
        verdict, bar = ("pass" if result.passed else "FAIL"), f"{sign} {result.bar:g}" if result.bar else ""
        if result.bar is None:
            verdict = "    "
        lines.append(
            f"{verdict}  {result.name:{width}}  {result.value:8.2f}  {bar:7} {result.detail}".rstrip()
        )
    return "\n".join(lines)
