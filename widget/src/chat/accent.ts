import { BLACK, contrast, formatColour, inkOn, mix, parseColour, TEXT_CONTRAST, WHITE, type Colour } from "../shared/colour.ts";

/** The colours of theme.css that accented text stands on. */
export const GROUNDS = ["--surface", "--page"];

/** Their values, and what the accent is moved towards until it can be read there. */
const LIGHT = { grounds: ["#ffffff", "#f4f6f5"], ink: BLACK, soft: 0.1, line: 0.36 };
const DARK = { grounds: ["#18201f", "#0f1514"], ink: WHITE, soft: 0.2, line: 0.45 };

/** The custom properties of theme.css for a host's own accent ("#rrggbb"); undefined when it is no colour. */
export function accentProperties(accent: string): Record<string, string> | undefined {
  const colour = parseColour(accent);
  if (!colour) return undefined;
  const ink = inkOn(colour);
  // Under the pointer: away from the text, so that the contrast only grows.
  const strong = mix(colour, ink === WHITE ? BLACK : WHITE, 0.16);
  const light = tones(colour, LIGHT);
  const dark = tones(colour, DARK);
  const both = (name: keyof typeof light): string => `light-dark(${formatColour(light[name])}, ${formatColour(dark[name])})`;
  return {
    "--accent": formatColour(colour),
    "--accent-strong": formatColour(strong),
    "--on-accent": formatColour(ink),
    "--accent-text": both("text"),
    "--accent-soft": both("soft"),
    "--accent-line": both("line"),
  };
}

function tones(colour: Colour, scheme: typeof LIGHT): { text: Colour; soft: Colour; line: Colour } {
  const grounds = scheme.grounds.map((ground) => parseColour(ground)!);
  const soft = mix(grounds[0]!, colour, scheme.soft);
  const line = mix(grounds[0]!, colour, scheme.line);
  let text = colour;
  for (let share = 0; share <= 1; share += 0.04) {
    text = mix(colour, scheme.ink, share);
    if ([...grounds, soft].every((ground) => contrast(text, ground) >= TEXT_CONTRAST)) break;
  }
  return { text, soft, line };
}
