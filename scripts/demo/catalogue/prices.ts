import { chanceOf, wholeOf } from './chance.ts';

/** The price from which on a shop no longer shows fen, minor units. */
const wholeYuanFrom = 10_000;

/**
 * The nearest price that looks like one: x.9 below ¥100, and above it the whole yuan ending in 9 or, from ¥1,000 on, in 99 or 00.
 * Takes and gives minor units.
 */
export function shopPrice(minor: number): number {
  if (minor < wholeYuanFrom) return Math.max(1, Math.round((minor - 90) / 100)) * 100 + 90;
  const yuan = minor / 100;
  if (yuan < 1000) return (Math.round((yuan - 9) / 10) * 10 + 9) * 100;
  const hundreds = Math.round(yuan / 100) * 100;
  return (Math.abs(hundreds - yuan) < 25 ? hundreds : Math.round((yuan - 99) / 100) * 100 + 99) * 100;
}

/** The struck-out price beside the real one, a tenth to two fifths above it; null for two thirds of the products. */
export function compareAtPrice(slug: string, priceMinor: number): number | null {
  if (chanceOf(`${slug} compare`) > 0.34) return null;
  const before = shopPrice(Math.round(priceMinor * (1.1 + 0.3 * chanceOf(`${slug} before`))));
  return before > priceMinor ? before : null;
}

/** What the product costs the shop: 45 to 72 % of its price. */
export function costOf(slug: string, priceMinor: number): number {
  return Math.round((priceMinor * wholeOf(`${slug} cost`, 45, 72)) / 100);
}

/** A valid EAN-13 from the range of China (690 to 699) that belongs to a SKU's code. */
export function barcodeOf(skuCode: string): string {
  const digits = `69${String(wholeOf(`${skuCode} maker`, 0, 99_999)).padStart(5, '0')}${String(wholeOf(skuCode, 0, 99_999)).padStart(5, '0')}`;
  const sum = [...digits].reduce((all, digit, index) => all + Number(digit) * (index % 2 === 0 ? 1 : 3), 0);
  return `${digits}${(10 - (sum % 10)) % 10}`;
}
