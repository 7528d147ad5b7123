/**
 * Minor-unit digits by ISO 4217 (list one) for every currency that has not two. The table is written out because the
 * figures in `Intl` follow CLDR and move with its releases (HUF and IDR show 0 there): stored amounts must not.
 */
const digitsOtherThanTwo: ReadonlyMap<string, number> = new Map([
  ...[
    'BIF',
    'CLP',
    'DJF',
    'GNF',
    'ISK',
    'JPY',
    'KMF',
    'KRW',
    'PYG',
    'RWF',
    'UGX',
    'VND',
    'VUV',
    'XAF',
    'XOF',
    'XPF',
  ].map((code): [string, number] => [code, 0]),
  ...['BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND'].map((code): [string, number] => [code, 3]),
  ['CLF', 4],
]);

const currencies: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'));

/** Whether `code` is an upper-case ISO 4217 code that this runtime knows, e.g. `CNY`. */
export function isCurrency(code: string): boolean {
  return currencies.has(code);
}

/** How many decimal digits the currency's minor unit has by ISO 4217: CNY 2, JPY 0, KWD 3. RangeError on an unknown code. */
export function currencyDigits(currency: string): number {
  if (!isCurrency(currency)) throw new RangeError(`${JSON.stringify(currency)} is not an ISO 4217 currency`);
  return digitsOtherThanTwo.get(currency) ?? 2;
}
