"""The small picture of a document among its neighbours: boxes and lines as plain numbers, drawn by the template as SVG."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from search.archive.enums import RelationKind
from search.archive.relation_lists import Entry

#: Neighbours drawn at most, and on each side before the other side's free places are used.
MOST, SIDE = 12, 6
#: Measures in units of the picture, which is 360 wide: a narrow phone shows it at its own size.
WIDTH, BOX, HEIGHT, GAP, STEM = 360, 164, 46, 12, 28
#: Characters of a title in a box and in the middle.
SHORT, MIDDLE = 12, 20
_WEIGHT = {
    RelationKind.REPEALS: 8, RelationKind.AMENDS: 7, RelationKind.EXTENDS: 7, RelationKind.PRINTS: 6, RelationKind.FORWARDS: 6, RelationKind.DRAFT_OF: 5,
    RelationKind.INTERPRETS: 5, RelationKind.BASIS: 4, RelationKind.CITES: 1,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Box:
    """One neighbour: its box, and the short line from it to the line in the middle."""

    entry: Entry
    x: int
    y: int
    line_from: int
    line_to: int

    @property
    def short(self) -> str:
        return shortened(self.entry.title, SHORT)

    @property
    def middle(self) -> int:
        return self.y + HEIGHT // 2

    @property
    def text_x(self) -> int:
        return self.x + 10

    @property
    def kind_y(self) -> int:
        return self.y + 17

    @property
    def title_y(self) -> int:
        return self.y + 35

    @property
    def arrow(self) -> str:
        """The head of the arrow at the end of the line, as points of a polygon."""
        back = 6 if self.line_to < self.line_from else -6
        return f"{self.line_to},{self.middle} {self.line_to + back},{self.middle - 4} {self.line_to + back},{self.middle + 4}"


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """Incoming above, the document in the middle, outgoing below."""

    title: str
    above: tuple[Box, ...]
    below: tuple[Box, ...]
    centre_y: int
    height: int

    #: With the strokes of the outermost boxes.
    outer_width = WIDTH + 2
    box_width = BOX
    box_height = HEIGHT
    trunk_x = WIDTH // 2

    @property
    def short(self) -> str:
        return shortened(self.title, MIDDLE)

    @property
    def centre_text_y(self) -> int:
        return self.centre_y + HEIGHT // 2 + 5

    @property
    def centre_bottom(self) -> int:
        return self.centre_y + HEIGHT

    @property
    def trunk_top(self) -> int:
        return self.above[0].middle if self.above else self.centre_y

    @property
    def trunk_bottom(self) -> int:
        return self.below[-1].middle if self.below else self.centre_bottom

    @property
    def head(self) -> str:
        """The arrow head where the lines from above reach the document."""
        x, y = self.trunk_x, self.centre_y
        return f"{x},{y} {x - 5},{y - 8} {x + 5},{y - 8}"


def shortened(title: str, length: int) -> str:
    """`title` cut to `length` characters, the last of them an ellipsis when anything was cut."""
    return title if len(title) <= length else f"{title[: length - 1]}…"


def _nearest(grouped: Mapping[RelationKind, Sequence[Entry]]) -> list[Entry]:
    """Documents of the archive, each once with its strongest relation; strong and often stated first."""
    best: dict[int, Entry] = {}
    for entry in (e for found in grouped.values() for e in found if e.pk is not None):
        known = best.get(entry.pk or 0)
        if known is None or _WEIGHT[entry.kind] > _WEIGHT[known.kind]:
            best[entry.pk or 0] = entry
    return sorted(best.values(), key=lambda e: (-_WEIGHT[e.kind], -e.stated, e.pk or 0))


def _row(entries: Iterable[Entry], top: int, *, outward: bool) -> tuple[Box, ...]:
    boxes = []
    for index, entry in enumerate(entries):
        left = index % 2 == 0
        x = 0 if left else WIDTH - BOX
        edge, trunk = (BOX, WIDTH // 2) if left else (WIDTH - BOX, WIDTH // 2)
        y = top + (index // 2) * (HEIGHT + GAP)
        boxes.append(Box(entry, x, y, trunk if outward else edge, edge if outward else trunk))
    return tuple(boxes)


def _rows_high(count: int) -> int:
    rows = (count + 1) // 2
    return rows * HEIGHT + max(0, rows - 1) * GAP


def draw(
    title: str,
    incoming: Mapping[RelationKind, Sequence[Entry]],
    outgoing: Mapping[RelationKind, Sequence[Entry]],
) -> Neighbourhood | None:
    """The picture, or None when the archive has no neighbour."""
    inward, outward = _nearest(incoming), _nearest(outgoing)
    if not inward and not outward:
        return None
    above = inward[: max(SIDE, MOST - len(outward))]
    below = outward[: MOST - len(above)]
    top = _rows_high(len(above)) + STEM if above else 1
    low = top + HEIGHT + STEM
    return Neighbourhood(
        title=title,
        above=_row(above, 1, outward=False),
        below=_row(below, low, outward=True),
        centre_y=top,
        height=(low + _rows_high(len(below)) if below else top + HEIGHT) + 1,
    )
