/** Colours as WCAG 2 reckons with them. */

/** Red, green and blue, 0 to 255. */
export type Colour = readonly [number, number, number];

export const BLACK: Colour = [0, 0, 0];
export const WHITE: Colour = [255, 255, 255];
/** The contrast that text needs (WCAG 2, 1.4.3). */
export const TEXT_CONTRAST = 4.5;
const WHITE_READABLE_UP_TO = 1.05 / TEXT_CONTRAST - 0.05;

/** The colour of "#rrggbb", or undefined for anything else. */
export function parseColour(text: string): Colour | undefined {
  if (!/^#[\da-f]{6}$/i.test(text)) return undefined;
  const bits = Number.parseInt(text.slice(1), 16);
  return [bits >> 16, (bits >> 8) & 255, bits & 255];
}

export function formatColour(colour: Colour): string {
  return `#${colour.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}

/** `share` (0 to 1) of `other` in `colour`. */
export function mix(colour: Colour, other: Colour, share: number): Colour {
  const part = (index: 0 | 1 | 2): number => Math.round(colour[index] + (other[index] - colour[index]) * share);
  return [part(0), part(1), part(2)];
}

export function contrast(one: Colour, other: Colour): number {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

/** White where it can be read on the colour, else black; one of them always can. */
export function inkOn(colour: Colour): Colour {
  return luminance(colour) <= WHITE_READABLE_UP_TO ? WHITE : BLACK;
}

function luminance(colour: Colour): number {
  const [red, green, blue] = colour.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}
