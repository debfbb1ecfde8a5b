/** The few words the loader itself shows on the host page. */
const STRINGS = {
  ko: {
    open: "선결제 도우미 채팅 열기",
    close: "선결제 도우미 채팅 닫기",
    unread: "새 메시지 {count}개",
    frame: "선결제 도우미 채팅",
  },
  en: {
    open: "Open prepayment chat",
    close: "Close prepayment chat",
    unread: "{count} new messages",
    frame: "Prepayment chat",
  },
};

export type LoaderStrings = (typeof STRINGS)["ko"];
export type Locale = keyof typeof STRINGS;

export function localeOf(tag: string | undefined): Locale {
  return tag?.toLowerCase().startsWith("en") ? "en" : "ko";
}

export function stringsFor(locale: Locale): LoaderStrings {
  return STRINGS[locale];
}
