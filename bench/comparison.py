"""Two sides of one measurement: their times, the table and the plot."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import escape

RESULTS = Path(__file__).parent / "results"
COLOURS = ("#9aa4b2", "#0b6e69")
BAR_WIDTH, ROW_HEIGHT, LABEL_WIDTH, VALUE_WIDTH = 420, 26, 230, 90


@dataclass
class Comparison:
    """Times in ms of the same thing on two sides: `before` (as shipped) and `after` (this product)."""

    name: str
    before: list[float] = field(default_factory=list)
    after: list[float] = field(default_factory=list)

    def figures(self) -> dict[str, str | int | float]:
        """p50 and p95 of both sides in ms, and after/before of each."""
        figures: dict[str, str | int | float] = {"name": self.name, "n": len(self.after)}
        for share in (50, 95):
            before, after = percentile(self.before, share), percentile(self.after, share)
            figures |= {
                f"before_p{share}_ms": round(before, 2),
                f"after_p{share}_ms": round(after, 2),
                f"p{share}_ratio": round(after / before, 3),
            }
        return figures


def percentile(values: Iterable[float], share: float) -> float:
    """The smallest value that at least `share` percent of `values` do not exceed. Raises ValueError without values."""
    ordered = sorted(values)
    if not ordered:
        raise ValueError("no values")
    return ordered[max(0, math.ceil(len(ordered) * share / 100) - 1)]


def table(comparisons: list[Comparison], sides: tuple[str, str]) -> str:
    """A Markdown table of the comparisons; `sides` are the names of before and after."""
    lines = [
        f"| ms | n | {sides[0]} p50 | {sides[1]} p50 | ratio | {sides[0]} p95 | {sides[1]} p95 | ratio |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for comparison in comparisons:
        row = comparison.figures()
        lines.append(
            f"| {row['name']} | {row['n']}"
            f" | {row['before_p50_ms']} | {row['after_p50_ms']} | {row['p50_ratio']}"
            f" | {row['before_p95_ms']} | {row['after_p95_ms']} | {row['p95_ratio']} |"
        )
    return "\n".join(lines)


def plot(comparisons: list[Comparison], sides: tuple[str, str]) -> str:
    """An SVG bar chart of the p50 of both sides."""
    bars = [
        (f"{comparison.name}, {side}", percentile(values, 50), colour)
        for comparison in comparisons
        for side, values, colour in zip(sides, (comparison.before, comparison.after), COLOURS, strict=True)
    ]
    longest = max(value for _, value, _ in bars)
    width, height = LABEL_WIDTH + BAR_WIDTH + VALUE_WIDTH, ROW_HEIGHT * len(bars) + 10
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"'
        ' font-family="sans-serif" font-size="13" role="img" aria-label="median time in ms">',
        f'<rect width="{width}" height="{height}" fill="white"/>',
    ]
    for row, (label, value, colour) in enumerate(bars):
        top = 5 + row * ROW_HEIGHT
        length = round(BAR_WIDTH * value / longest, 1)
        parts.append(f'<text x="{LABEL_WIDTH - 8}" y="{top + 17}" text-anchor="end">{escape(label)}</text>')
        parts.append(f'<rect x="{LABEL_WIDTH}" y="{top + 3}" width="{length}" height="20" fill="{colour}"/>')
        parts.append(f'<text x="{LABEL_WIDTH + length + 6}" y="{top + 17}">{value:.1f} ms</text>')
    return "\n".join([*parts, "</svg>", ""])


def publish(
    title: str, comparisons: list[Comparison], sides: tuple[str, str], extra: dict[str, float] | None = None
) -> None:
    """Print the table; write `title`.json and `title`.svg to bench/results."""
    RESULTS.mkdir(exist_ok=True)
    content = {
        "sides": list(sides),
        "rows": [comparison.figures() for comparison in comparisons],
        **(extra or {}),
    }
    (RESULTS / f"{title}.json").write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    (RESULTS / f"{title}.svg").write_text(plot(comparisons, sides), encoding="utf-8")
    print(table(comparisons, sides))
