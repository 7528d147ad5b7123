/** How often somebody may come: `burst` at once, and `perSecond` for as long as they like. */
export interface Rate {
  readonly burst: number;
  readonly perSecond: number;
}

/** What somebody has left at a moment; milliseconds of any clock that only goes forward. */
export interface Bucket {
  readonly tokens: number;
  readonly atMs: number;
}

/** Takes one token out of a bucket, a full one if there was none. `waitMs` is 0 when there was one to take, else the time until there is. */
export function takeToken(
  before: Bucket | undefined,
  { burst, perSecond }: Rate,
  nowMs: number,
): { bucket: Bucket; waitMs: number } {
  const tokens =
    before === undefined ? burst : Math.min(burst, before.tokens + ((nowMs - before.atMs) / 1000) * perSecond);
  if (tokens >= 1) return { bucket: { tokens: tokens - 1, atMs: nowMs }, waitMs: 0 };
  return { bucket: { tokens, atMs: nowMs }, waitMs: Math.ceil(((1 - tokens) / perSecond) * 1000) };
}
