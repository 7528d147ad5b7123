/** The sales channels by code, each with the ISO 4217 currency of its prices. */
const currencies: Readonly<Record<string, string>> = {
  web: 'CNY',
  app: 'CNY',
  'mini-program': 'CNY',
  store: 'CNY',
};

/** Every channel's code. */
export const channelCodes: readonly string[] = Object.keys(currencies);

/**
 * The one currency of offers in these channels, or in all of them when none is named. Null when a channel is unknown or they differ: an
 * amount can't mean two things.
 */
export function currencyOfChannels(channels: readonly string[]): string | null {
  const found = new Set((channels.length > 0 ? channels : channelCodes).map((code) => currencies[code] ?? null));
  const [only = null] = found;
  return found.size === 1 ? only : null;
}
