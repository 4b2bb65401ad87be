"""A chart as a PNG, drawn in a process of its own: matplotlib takes a second to import, and the bot never holds it.

`python -m core.charts` reads a `Chart` or `Bars` as JSON on stdin and writes the picture to stdout. The words are the
caller's.
"""

import asyncio
import importlib.util
import json
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.text import Text

log = structlog.get_logger()
ROOT = Path(__file__).parents[1]
SECONDS = 30.0  # a start on a busy machine included
PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "MPLCONFIGDIR", "TMPDIR")
"""All the environment the process sees: the bot's holds its token and keys."""

NOW, BEFORE, INK, FAINT = "#0b5cad", "#8a94a0", "#111111", "#d9dde2"
"""Told apart by lightness too, so by everybody and in black and white; text and grid on white."""
WIDTH, BAR, FRAME, LINE = 6.0, 0.62, 1.5, 2.3  # inches; at 180 dots each, as wide as a phone's screen
DOTS = 180


@dataclass(frozen=True, slots=True)
class Chart:
    """Two spans side by side: a pair of bars for each label, and reports along the time.

    `line_labels` name the steps of the longer of the two lines; `earlier` may be shorter or longer than `later`.
    """

    title: str
    legend: tuple[str, str]  # this span, the one before
    bars_title: str
    labels: Sequence[str]
    now: Sequence[int]
    before: Sequence[int]
    line_title: str
    line_labels: Sequence[str]
    later: Sequence[int]
    earlier: Sequence[int]
    nothing: str  # said where no bar is


@dataclass(frozen=True, slots=True)
class Bars:
    """A bar for each name, the first on top."""

    names: Sequence[str]
    values: Sequence[int]


def missing() -> tuple[str, ...]:
    """The packages that are not installed; () when charts can be drawn."""
    return () if importlib.util.find_spec("matplotlib") else ("matplotlib",)


async def drawn(chart: Chart | Bars) -> bytes | None:
    """The PNG. None where it cannot be drawn here or now: whoever asked goes on without."""
    if missing():
        return None
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-P", "-m", "core.charts",
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
        env={name: os.environ[name] for name in PASSED_ON if name in os.environ} | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    try:
        async with asyncio.timeout(SECONDS):
            picture, _ = await process.communicate(json.dumps(asdict(chart)).encode())
    except TimeoutError:
        picture = b""
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
    if process.returncode or not picture:
        log.warning("chart not drawn", exit=process.returncode)
    return None if process.returncode else picture or None


def draw(chart: Chart | Bars) -> bytes:
    """The PNG, here and now."""
    import matplotlib

    matplotlib.rcParams.update({"font.family": "DejaVu Sans", "font.size": 12, "text.color": INK})
    figure = _compared(chart) if isinstance(chart, Chart) else _counted(chart)
    target = BytesIO()
    figure.savefig(target, format="png")
    return target.getvalue()


def _figure(height: float) -> "Figure":
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH, height), dpi=DOTS, facecolor="white")
    FigureCanvasAgg(figure)
    return figure


def _counted(chart: Bars) -> "Figure":
    figure = _figure(0.5 * len(chart.names) + 0.3)
    figure.set_layout_engine("constrained")
    axes = figure.subplots()
    axes.bar_label(axes.barh(chart.names, chart.values, color=NOW), padding=4)
    axes.invert_yaxis()
    axes.set_xlim(0, max([*chart.values, 1]) * 1.15)
    axes.xaxis.set_visible(False)
    axes.spines[["top", "right", "bottom"]].set_visible(False)
    return figure


def _compared(chart: Chart) -> "Figure":
    rows = max(len(chart.labels), 1)
    height = FRAME + rows * BAR + LINE
    figure = _figure(height)
    _head(figure, chart, height)
    bars = figure.add_axes((0.05, (LINE + 0.3) / height, 0.9, rows * BAR / height))
    _bars(bars, chart)
    line = figure.add_axes((0.1, 0.45 / height, 0.86, (LINE - 0.95) / height))
    _line(line, chart)
    return figure


def _head(figure: Any, chart: Chart, height: float) -> None:
    """Title, legend and the heading of the bars, measured in inches from the top."""
    _fit(figure.text(0.05, 1 - 0.33 / height, chart.title, fontsize=15, fontweight="bold"), 0.95)
    place = 0.05
    for name, colour in zip(chart.legend, (NOW, BEFORE), strict=True):
        figure.text(place, 1 - 0.66 / height, "■", color=colour, fontsize=15)
        said = figure.text(place + 0.035, 1 - 0.65 / height, name, fontsize=12)
        _fit(said, 0.97)
        place = _right(said) + 0.04
    _fit(figure.text(0.05, 1 - 1.05 / height, chart.bars_title, fontsize=13, fontweight="bold"), 0.95)


def _bars(axes: "Axes", chart: Chart) -> None:
    """Each label above its two bars, so that long ones have the whole width; the figures at their ends."""
    axes.set_axis_off()
    most = max([*chart.now, *chart.before, 1])
    axes.set_xlim(0, most * 1.12)
    axes.set_ylim(max(len(chart.labels), 1), 0)
    if not chart.labels:
        axes.text(0, 0.5, chart.nothing, va="center", fontsize=13)
    for row, (label, now, before) in enumerate(zip(chart.labels, chart.now, chart.before, strict=True)):
        _fit(axes.text(0, row + 0.2, label, va="center", fontsize=12), 0.95)
        for top, value, colour in ((0.39, now, NOW), (0.66, before, BEFORE)):
            axes.barh(row + top + 0.12, value, 0.24, color=colour)
            strong = "bold" if colour == NOW else "normal"
            axes.text(value + most * 0.012, row + top + 0.135, f"{value}", va="center", fontsize=11, fontweight=strong)


def _line(axes: "Axes", chart: Chart) -> None:
    from matplotlib.ticker import MaxNLocator

    _fit(axes.set_title(chart.line_title, fontsize=13, fontweight="bold", loc="left", pad=12, x=-0.055), 0.95)
    dot = "o" if len(chart.line_labels) <= 31 else ""
    axes.plot(range(len(chart.earlier)), chart.earlier, color=BEFORE, linewidth=2, linestyle=(0, (4, 2)), zorder=2)
    axes.plot(range(len(chart.later)), chart.later, color=NOW, linewidth=2.6, marker=dot, markersize=5, zorder=3)
    axes.set_ylim(0, max([*chart.later, *chart.earlier, 4]) * 1.12)
    axes.yaxis.set_major_locator(MaxNLocator(4, integer=True))
    steps = len(chart.line_labels)
    every = -(-steps // 7)
    places = list(range(0, steps, every))
    axes.set_xlim(-0.04 * steps, max(steps - 1, 1) + 0.04 * steps)
    axes.set_xticks(places, [chart.line_labels[place] for place in places])
    axes.tick_params(colors=INK, labelsize=11, length=0, pad=6)
    axes.grid(axis="y", color=FAINT, linewidth=1)
    axes.set_axisbelow(True)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(INK)


def _right(text: "Text") -> float:
    """Where the text ends, as a share of the picture's width."""
    return float(text.get_window_extent().x1) / (WIDTH * DOTS)


def _fit(text: "Text", most: float) -> None:
    """Cuts the text where it would pass the picture's edge."""
    words = text.get_text()
    while words and (right := _right(text)) > most:
        words = words[: min(int(len(words) * most / right), len(words) - 1)].rstrip()
        text.set_text(f"{words}…")


if __name__ == "__main__":
    told = json.load(sys.stdin)
    picture = draw(Chart(**told | {"legend": tuple(told["legend"])}) if "legend" in told else Bars(**told))
    sys.stdout.buffer.write(picture)
