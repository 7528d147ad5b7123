/** The sales channels by code, each with the ISO 4217 currency of its prices. */
const currencies: Readonly<Record<string, string>> = {
  web: 'CNY',
  app: 'CNY',
  'mini-program': 'CNY',
  store: 'CNY',
};

/** Whether goods can be sold through a channel of that code. */
export function isChannel(code: string): boolean {
  return Object.hasOwn(currencies, code);
}

/** The currency of a channel's prices. RangeError for an unknown channel: check with `isChannel` first. */
export function currencyOf(channel: string): string {
  const currency = isChannel(channel) ? currencies[channel] : undefined;
  if (currency === undefined) throw new RangeError(`${JSON.stringify(channel)} is no channel`);
  return currency;
}
