"""Accessibility as axe-core sees it."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Frame, Page

TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
# What fades in would be measured half transparent; what never ends (the typing dots) is not waited for.
_SETTLED = """() => {
    const roots = [document, ...[...document.querySelectorAll("*")].map((one) => one.shadowRoot).filter(Boolean)];
    const running = roots.flatMap((root) => root.getAnimations());
    const ending = running.filter((one) => Number.isFinite(one.effect.getComputedTiming().endTime));
    return Promise.allSettled(ending.map((one) => one.finished)).then(() => undefined);
}"""
_RUN = """async (tags) => {
    const results = await axe.run(document, {runOnly: tags, resultTypes: ["violations"], iframes: false});
    return {violations: results.violations, passes: results.passes.length};
}"""


def settled(document: Page | Frame) -> None:
    """Wait for what fades or slides in."""
    document.evaluate(_SETTLED)


def violations(document: Page | Frame, tags: tuple[str, ...] = TAGS) -> list[str]:
    """Return what breaks WCAG 2.2 A or AA in a page or a frame (not in frames within it), a line for each element."""
    settled(document)
    document.evaluate(AXE_SCRIPT)
    found: dict[str, Any] = document.evaluate(_RUN, list(tags))
    assert found["passes"], "axe found nothing to look at"
    return [
        f"{rule['id']}: {' '.join(map(str, node['target']))}: {node['failureSummary']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]
