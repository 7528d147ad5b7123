import { locales, type Locale } from '#kit/viewer/viewer.ts';

/** The language of ours that `accept-language` prefers: Chinese of any region, English of any region; Chinese when it names neither. */
export function localeOf(header: string | undefined): Locale {
  if (header === undefined) return 'zh-CN';
  let best: { locale: Locale; weight: number } = { locale: 'zh-CN', weight: 0 };
  for (const range of header.slice(0, 500).split(',')) {
    const [tag = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    const locale = locales.find((candidate) => tag.split('-')[0] === candidate.split('-')[0]);
    const weight = weightOf(parameters);
    if (locale && weight > best.weight) best = { locale, weight };
  }
  return best.locale;
}

function weightOf(parameters: readonly string[]): number {
  const quality = parameters.find((parameter) => parameter.startsWith('q='));
  if (quality === undefined) return 1;
  const weight = Number(quality.slice(2));
  return weight >= 0 && weight <= 1 ? weight : 0;
}
