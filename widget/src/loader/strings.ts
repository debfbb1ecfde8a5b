import en from "./locales/en.json";
import ko from "./locales/ko.json";

/** The few words the loader itself shows on the host page. */
const STRINGS = { ko, en };

export type LoaderStrings = typeof ko;
export type Locale = keyof typeof STRINGS;

export function localeOf(tag: string | undefined): Locale {
  return tag?.toLowerCase().startsWith("en") ? "en" : "ko";
}

export function stringsFor(locale: Locale): LoaderStrings {
  return STRINGS[locale];
}
