import en from "./locales/en.json";
import ko from "./locales/ko.json";

export type Key = keyof typeof ko;
type Strings = Partial<Record<string, string>>;

const SEOUL = "Asia/Seoul";
const CLOCK = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: SEOUL });

let strings: Strings = ko;
let formats = formatsOf("ko-KR");

export function useLocale(locale: string): void {
  const english = locale.toLowerCase().startsWith("en");
  strings = english ? en : ko;
  formats = formatsOf(english ? "en-GB" : "ko-KR");
  document.documentElement.lang = english ? "en" : "ko";
}

/** The text for a key with `{name}` replaced; a key missing in one language falls back to the other. */
export function t(key: Key | (string & {}), values: Record<string, string | number> = {}): string {
  const text = firstText(key, [strings, en, ko]) ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** The text of the first table that has the key. */
export function firstText(key: string, tables: readonly Strings[]): string | undefined {
  return tables.find((table) => Object.hasOwn(table, key))?.[key];
}

/** The Korean text whatever language is shown: for what is said to the bot, which understands Korean. */
export function inKorean(key: Key): string {
  return ko[key];
}

export function formatNumber(value: number): string {
  return formats.number.format(value);
}

/** Whole won: "12,000원". */
export function formatWon(amount: number): string {
  return t("money.won", { amount: formatNumber(amount) });
}

/** Time of day in Seoul, where the service's days and months are counted. Browsers do not agree on the Korean words of it. */
export function formatTime(at: number): string {
  const [hour = "", minute = ""] = CLOCK.format(at).split(":");
  const time = `${Number(hour) % 12 || 12}:${minute}`;
  return t(Number(hour) < 12 ? "time.morning" : "time.afternoon", { time });
}

/** The day in Seoul; empty for what is no moment. */
export function formatDay(at: number): string {
  return Number.isNaN(at) ? "" : formats.day.format(at);
}

/** Making one takes long enough to be felt when it is done for every message. */
function formatsOf(tag: string) {
  return {
    number: new Intl.NumberFormat(tag),
    day: new Intl.DateTimeFormat(tag, { month: "long", day: "numeric", weekday: "long", timeZone: SEOUL }),
  };
}
