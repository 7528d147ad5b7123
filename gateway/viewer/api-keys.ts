import type { Clock } from '#kit/clock/clock.ts';
import type { Viewer } from '#kit/viewer/viewer.ts';

/** Who a partner's key belongs to. */
export type KeyHolder = Pick<Viewer, 'kind' | 'id' | 'roles' | 'scopes'>;

/** How API keys begin, which tells them from access tokens. */
export const apiKeyPrefix = 'fck_';

/** A revoked key is refused after this time at the latest, milliseconds. */
const believedForMs = 5000;
const rememberedAtMost = 1000;

interface Options {
  /** Asks the keys' owner; null for a key that is unknown, expired or revoked. */
  readonly authenticate: (key: string) => Promise<KeyHolder | null>;
  readonly clock: Clock;
}

/** Finds a key's holder, asking its owner at most once in five seconds, also about keys that don't exist. */
export function createKeyLookup({ authenticate, clock }: Options): (key: string) => Promise<KeyHolder | null> {
  const answers = new Map<string, { holder: Promise<KeyHolder | null>; at: number }>();
  return (key) => {
    const now = clock.now().getTime();
    const known = answers.get(key);
    if (known && now - known.at < believedForMs) return known.holder;
    answers.delete(key);
    const holder = authenticate(key);
    answers.set(key, { holder, at: now });
    // A failure is no answer: the next request asks again.
    holder.catch(() => answers.delete(key));
    const [oldest] = answers.keys();
    if (answers.size > rememberedAtMost && oldest !== undefined) answers.delete(oldest);
    return holder;
  };
}
