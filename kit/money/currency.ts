/**
 * Minor-unit digits by ISO 4217 (list one) for every currency that has not two. The table is written out because the
 * figures in `Intl` follow CLDR and move with its releases (HUF and IDR show 0 there): stored amounts must not.
 */
const digitsOtherThanTwo: readonly { digits: number; codes: string }[] = [
  { digits: 0, codes: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF' },
  { digits: 3, codes: 'BHD IQD JOD KWD LYD OMR TND' },
  { digits: 4, codes: 'CLF UYW' },
];

const digitsByCurrency: ReadonlyMap<string, number> = new Map([
  ...Intl.supportedValuesOf('currency').map((code): [string, number] => [code, 2]),
  ...digitsOtherThanTwo.flatMap(({ digits, codes }) =>
    codes.split(' ').map((code): [string, number] => [code, digits]),
  ),
]);

/** Whether `code` is an upper-case ISO 4217 code, e.g. `CNY`. */
export function isCurrency(code: string): boolean {
  return digitsByCurrency.has(code);
}

/**
 * How many decimal digits the currency's minor unit has by ISO 4217: CNY 2, JPY 0, KWD 3. RangeError on an unknown
 * code.
 */
export function currencyDigits(currency: string): number {
  const digits = digitsByCurrency.get(currency);
  if (digits === undefined) throw new RangeError(`${JSON.stringify(currency)} is not an ISO 4217 currency`);
  return digits;
}
