const firstMs = 15_000;
const longestMs = 10 * 60_000;

/** When to ask a provider again that was asked `asks` times and had no final word: after 15 s, then twice as long each time, 10 minutes at most. */
export function nextAsk(asks: number, now: Date): Date {
  return new Date(now.getTime() + Math.min(firstMs * 2 ** Math.min(asks, 10), longestMs));
}
