/** What a process remembers of keys, for a short while. */
export interface KeyMemory<Key> {
  get(owner: string): Key | undefined;
  set(owner: string, key: Key): void;
  forget(owner: string): void;
  /** Forgets a key and remembers none of this owner's for `rememberMs`, whatever somebody who read it earlier sets. */
  bar(owner: string): void;
  /** Forgets all. */
  clear(): void;
}

/** Remembers at most `most` keys, the oldest making room, each for `rememberMs` from when it was read: being used doesn't lengthen that. */
export function createKeyMemory<Key>(
  { rememberMs, most }: { readonly rememberMs: number; readonly most: number },
  now: () => number = () => performance.now(),
): KeyMemory<Key> {
  const keys = new Map<string, { readonly key: Key; readonly until: number }>();
  const barred = new Map<string, number>();
  const isBarred = (owner: string): boolean => {
    for (const [one, until] of barred) if (now() >= until) barred.delete(one);
    return barred.has(owner);
  };
  return {
    get(owner) {
      const found = keys.get(owner);
      if (found === undefined || now() < found.until) return found?.key;
      keys.delete(owner);
      return undefined;
    },
    set(owner, key) {
      keys.delete(owner);
      if (isBarred(owner)) return;
      for (const oldest of keys.keys()) {
        if (keys.size < most) break;
        keys.delete(oldest);
      }
      keys.set(owner, { key, until: now() + rememberMs });
    },
    forget(owner) {
      keys.delete(owner);
    },
    bar(owner) {
      keys.delete(owner);
      barred.set(owner, now() + rememberMs);
    },
    clear() {
      keys.clear();
    },
  };
}
