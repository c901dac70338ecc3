"""Charts for the 图解 materials, drawn as SVG: the reader's own fonts show the Chinese, whatever the server has."""

from __future__ import annotations

from dataclasses import dataclass
from xml.sax.saxutils import escape

from django.core.files.base import ContentFile
from wagtail.images import get_image_model
from wagtail.images.models import AbstractImage

WIDTH = 900
MARGIN = 48
TITLE_ROOM, TILE_ROOM, STEP_ROOM = 130, 170, 92
TILES_PER_ROW = 3
#: Characters of a step that fit on one line at its size.
LINE = 30
FONT = (
    "'Noto Sans CJK SC','Source Han Sans SC','PingFang SC','Microsoft YaHei','WenQuanYi Micro Hei',sans-serif"
)
INK, PALE, RED, BLUE = "#1f2933", "#f3f6fa", "#b3261e", "#1a4f8b"


@dataclass(frozen=True)
class Chart:
    """What a chart shows: big numbers with captions, then numbered steps."""

    title: str
    tiles: tuple[tuple[str, str], ...]
    steps: tuple[str, ...]

    @property
    def description(self) -> str:
        """The chart in words, for those who do not see it (at most 500 characters)."""
        numbers = "；".join(f"{caption}：{number}" for number, caption in self.tiles)
        steps = "；".join(f"第{n}步，{step}" for n, step in enumerate(self.steps, 1))
        return "。".join(part for part in (numbers, steps) if part)[:499] + "。"


def parse_chart(title: str, text: str) -> Chart:
    """Lines `统计|number|caption` and `步骤|text`. Raises ValueError for any other line."""
    tiles: list[tuple[str, str]] = []
    steps: list[str] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        match line.split("|"):
            case ["统计", number, caption]:
                tiles.append((number, caption))
            case ["步骤", step]:
                steps.append(step.lstrip("0123456789 "))
            case _:
                raise ValueError(f"not a line of a chart: {line}")
    return Chart(title, tuple(tiles), tuple(steps))


def save_picture(chart: Chart, *, slug: str) -> AbstractImage:
    """The chart as an image of the library."""
    name = f"demo-{slug}.svg"
    file = ContentFile(draw(chart).encode(), name=name)
    image = get_image_model()(title=chart.title, description=chart.description[:255], file=file)
    image.save()
    return image


def draw(chart: Chart) -> str:
    """The chart as an SVG document."""
    tile_rows = -(-len(chart.tiles) // TILES_PER_ROW)
    lines = [_wrap(step) for step in chart.steps]
    height = TITLE_ROOM + tile_rows * TILE_ROOM + sum(map(_step_room, lines)) + MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}" '
        f'font-family="{FONT}">',
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/><rect width="{WIDTH}" height="12" fill="{RED}"/>',
        _text(MARGIN, 84, chart.title, 34, INK, weight="700"),
    ]
    parts += [_tile(index, *tile) for index, tile in enumerate(chart.tiles)]
    top = TITLE_ROOM + tile_rows * TILE_ROOM
    for number, step in enumerate(lines, 1):
        parts.append(_step(number, step, top))
        top += _step_room(step)
    return "".join([*parts, "</svg>"])


def _wrap(step: str) -> list[str]:
    return [step[start : start + LINE] for start in range(0, len(step), LINE)]


def _step_room(lines: list[str]) -> int:
    return STEP_ROOM + (len(lines) - 1) * 34


def _tile(index: int, number: str, caption: str) -> str:
    room = (WIDTH - 2 * MARGIN) // TILES_PER_ROW
    left, top = MARGIN + index % TILES_PER_ROW * room, TITLE_ROOM + index // TILES_PER_ROW * TILE_ROOM
    return (
        f'<rect x="{left}" y="{top}" width="{room - 20}" height="{TILE_ROOM - 24}" rx="12" fill="{PALE}"/>'
        + _text(left + 22, top + 68, number, 42, BLUE, weight="700")
        + _text(left + 22, top + 112, caption, 20, INK)
    )


def _step(number: int, lines: list[str], top: int) -> str:
    circle = f'<circle cx="{MARGIN + 26}" cy="{top + 34}" r="26" fill="{RED}"/>'
    label = _text(MARGIN + 26, top + 43, str(number), 26, "#ffffff", weight="700", anchor="middle")
    body = "".join(_text(MARGIN + 76, top + 43 + row * 34, line, 25, INK) for row, line in enumerate(lines))
    return circle + label + body


def _text(
    x: int, y: int, text: str, size: int, fill: str, *, weight: str = "400", anchor: str = "start"
) -> str:
    return (
        f'<text x="{x}" y="{y}" font-size="{size}" fill="{fill}" font-weight="{weight}" '
        f'text-anchor="{anchor}">{escape(text)}</text>'
    )
