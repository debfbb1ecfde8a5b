/** The on-screen keyboard takes at least this share of the screen; browser bars take less. */
const KEYBOARD_SHARE = 0.2;

/**
 * For a panel that covers the whole screen: the page behind it neither scrolls nor takes focus, and the panel keeps to the visual viewport so
 * that the on-screen keyboard does not cover the input. Returns what ends it.
 */
export function lockPage(host: HTMLElement, panel: HTMLElement): () => void {
  const ends = [holdScrolling(), holdFocus(host), keepToViewport(panel)];
  return () => {
    for (const end of ends) end();
  };
}

function holdScrolling(): () => void {
  const { style } = document.documentElement;
  const overflow = style.getPropertyValue("overflow");
  const priority = style.getPropertyPriority("overflow");
  const { scrollX, scrollY } = window;
  style.setProperty("overflow", "hidden", "important");
  return () => {
    if (overflow) style.setProperty("overflow", overflow, priority);
    else style.removeProperty("overflow");
    // iOS scrolls even a locked page when the keyboard comes up.
    if (window.scrollX !== scrollX || window.scrollY !== scrollY) window.scrollTo({ left: scrollX, top: scrollY, behavior: "instant" });
  };
}

function holdFocus(host: HTMLElement): () => void {
  const others = [...document.body.children].filter(
    (child): child is HTMLElement => child instanceof HTMLElement && child !== host && !child.inert,
  );
  for (const other of others) other.inert = true;
  return () => {
    for (const other of others) other.inert = false;
  };
}

function keepToViewport(panel: HTMLElement): () => void {
  const viewport = window.visualViewport;
  if (!viewport) return () => undefined;
  const fit = (): void => {
    // Whoever magnifies the page wants to see it larger, not the panel smaller.
    if (viewport.scale > 1.01) return;
    panel.style.setProperty("height", `${viewport.height}px`);
    panel.style.setProperty("top", `${viewport.offsetTop}px`);
    panel.classList.toggle("above-keyboard", viewport.height < innerHeight * (1 - KEYBOARD_SHARE));
  };
  fit();
  viewport.addEventListener("resize", fit);
  viewport.addEventListener("scroll", fit);
  return () => {
    viewport.removeEventListener("resize", fit);
    viewport.removeEventListener("scroll", fit);
    panel.style.removeProperty("height");
    panel.style.removeProperty("top");
    panel.classList.remove("above-keyboard");
  };
}
