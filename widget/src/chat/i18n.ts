import en from "./locales/en.json";
import ko from "./locales/ko.json";

export type Key = keyof typeof ko;
type Strings = Partial<Record<string, string>>;

let strings: Strings = ko;
let tag = "ko-KR";

export function useLocale(locale: string): void {
  const english = locale.toLowerCase().startsWith("en");
  strings = english ? en : ko;
  tag = english ? "en-GB" : "ko-KR";
  document.documentElement.lang = english ? "en" : "ko";
}

/** The text for a key with `{name}` replaced; a key missing in one language falls back to the other. */
export function t(key: Key | (string & {}), values: Record<string, string | number> = {}): string {
  const text = strings[key] ?? (en as Strings)[key] ?? (ko as Strings)[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

export function formatNumber(value: number): string {
  return value.toLocaleString(tag);
}

/** Time of day in Seoul, where the service's days and months are counted. */
export function formatTime(at: number): string {
  return new Date(at).toLocaleTimeString(tag, { hour: "numeric", minute: "2-digit", timeZone: "Asia/Seoul" });
}

export function formatDay(at: number): string {
  return new Date(at).toLocaleDateString(tag, { month: "long", day: "numeric", weekday: "long", timeZone: "Asia/Seoul" });
}
