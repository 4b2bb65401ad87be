"""A small bar chart as PNG; without matplotlib (extra `charts`) there is none."""

import asyncio
from collections.abc import Sequence
from importlib.util import find_spec
from io import BytesIO


async def bars(values: Sequence[tuple[str, int]]) -> bytes | None:
    """One horizontal bar each, the first on top."""
    return await asyncio.to_thread(_drawn, values) if find_spec("matplotlib") else None


def _drawn(values: Sequence[tuple[str, int]]) -> bytes:
    from matplotlib.figure import Figure  # a second and 50 MB: only where a chart is drawn

    figure = Figure(figsize=(4.5, 0.4 * len(values) + 0.3), dpi=160, layout="constrained")
    axes = figure.subplots()
    names, numbers = zip(*values, strict=True)
    drawn = axes.barh(names, numbers, color="#2f6fab")
    axes.bar_label(drawn, padding=4)
    axes.invert_yaxis()
    axes.set_xlim(0, max(*numbers, 1) * 1.15)
    axes.xaxis.set_visible(False)
    axes.spines[["top", "right", "bottom"]].set_visible(False)
    file = BytesIO()
    figure.savefig(file, format="png")
    return file.getvalue()
