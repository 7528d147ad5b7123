import type { Locale } from '#kit/viewer/viewer.ts';

/** A text in the shop's two languages. Chinese is always there; English may be missing. */
export interface LocalText {
  readonly zh: string;
  readonly en: string | null;
}

/** Chinese characters, wherever in Unicode they stand. */
const chinese = /\p{Script=Han}/u;

/** Whether a text needs a translation for people who don't read Chinese. */
export function hasChinese(text: string): boolean {
  return chinese.test(text);
}

/** A text with its translation. One without any Chinese is good for both languages. */
export function localText(text: string, english: string | null = null): LocalText {
  return { zh: text, en: english ?? (hasChinese(text) ? null : text) };
}

/** The text to show in a language: the Chinese one where nobody translated it. */
export function textIn(locale: Locale, text: LocalText): string {
  return locale === 'en' ? (text.en ?? text.zh) : text.zh;
}
