import { accessTokenSeconds } from './claims.ts';

const day = 24 * 3600 * 1000;

/** How long one key signs, milliseconds. */
export const signingMs = 30 * day;
/** How long a new key is published before it signs, so that whoever remembers the key set has it by then. */
export const announceMs = 10 * 60 * 1000;
/** How long a key stays published after its last signature: a token's life and some minutes for clocks that differ. */
const graceMs = accessTokenSeconds * 1000 + 15 * 60 * 1000;

/** The times of one signing key. */
export interface KeyLife {
  /** From when it may sign. */
  readonly signsFrom: Date;
  /** From when the next one should sign instead. */
  readonly signsUntil: Date;
  /** From when nothing that it signed is valid. */
  readonly publishedUntil: Date;
}

/** The life of a key made at `now`. The first of all signs at once, because nobody else can. */
export function lifeOfNewKey(now: Date, isFirst: boolean): KeyLife {
  const signsFrom = new Date(now.getTime() + (isFirst ? 0 : announceMs));
  const signsUntil = new Date(signsFrom.getTime() + signingMs);
  return { signsFrom, signsUntil, publishedUntil: new Date(signsUntil.getTime() + day + graceMs) };
}

/** The key that signs at `now`: the newest that may. One past its time goes on signing while there is no other, within its published life. */
export function signingKeyAt<K extends KeyLife>(keys: readonly K[], now: Date): K | null {
  const able = keys.filter(
    ({ signsFrom, publishedUntil }) => signsFrom <= now && publishedUntil.getTime() - graceMs > now.getTime(),
  );
  return able.reduce<K | null>((best, key) => (best === null || key.signsFrom > best.signsFrom ? key : best), null);
}

/** Whether a successor must be made now: none is waiting, and the newest will soon have signed long enough. */
export function needsSuccessor(keys: readonly KeyLife[], now: Date): boolean {
  return !keys.some(({ signsUntil }) => signsUntil.getTime() - announceMs > now.getTime());
}
