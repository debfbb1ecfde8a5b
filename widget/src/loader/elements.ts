/** An HTML element with attributes. */
export function make<Name extends keyof HTMLElementTagNameMap>(name: Name, attributes: Record<string, string> = {}): HTMLElementTagNameMap[Name] {
  return withAttributes(document.createElement(name), attributes);
}

/** An outline icon of 24 by 24 units, hidden from screen readers. */
export function icon(className: string, path: string): SVGElement {
  const [svg, shape] = (["svg", "path"] as const).map((name) => document.createElementNS("http://www.w3.org/2000/svg", name));
  withAttributes(shape!, { d: path });
  svg!.append(shape!);
  return withAttributes(svg!, { class: className, viewBox: "0 0 24 24", "aria-hidden": "true" });
}

function withAttributes<Kind extends Element>(element: Kind, attributes: Record<string, string>): Kind {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}
