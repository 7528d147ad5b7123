/** China has one time zone and no summer time. */
const chinaOffsetMs = 8 * 3600 * 1000;
const digits = 8;

/** How many numbers there are a day. */
export const numbersPerDay = 10 ** digits;

/**
 * The number that people read: the day of placing in China and 8 digits, such as `2026112212345678`. `random` is a whole number below
 * `numbersPerDay`, drawn so that nobody can tell from a number how many orders a day has. RangeError when it isn't.
 */
export function orderNumber(at: Date, random: number): string {
  if (!Number.isInteger(random) || random < 0 || random >= numbersPerDay) {
    throw new RangeError(`${random} is not a whole number from 0 to ${numbersPerDay - 1}`);
  }
  return `${chinaDay(at).replaceAll('-', '')}${String(random).padStart(digits, '0')}`;
}

/** The day in China: `2026-11-22`. */
export function chinaDay(at: Date): string {
  return new Date(at.getTime() + chinaOffsetMs).toISOString().slice(0, 10);
}
