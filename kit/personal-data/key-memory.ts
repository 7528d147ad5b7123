/** What a process remembers of keys, for a short while. */
export interface KeyMemory<Key> {
  get(owner: string): Key | undefined;
  set(owner: string, key: Key): void;
  forget(owner: string): void;
}

/** Remembers at most `most` keys, the oldest making room, each for `rememberMs` from when it was read: being used doesn't lengthen that. */
export function createKeyMemory<Key>(
  { rememberMs, most }: { readonly rememberMs: number; readonly most: number },
  now: () => number = () => performance.now(),
): KeyMemory<Key> {
  const keys = new Map<string, { readonly key: Key; readonly until: number }>();
  return {
    get(owner) {
      const found = keys.get(owner);
      if (found === undefined || now() < found.until) return found?.key;
      keys.delete(owner);
      return undefined;
    },
    set(owner, key) {
      keys.delete(owner);
      for (const oldest of keys.keys()) {
        if (keys.size < most) break;
        keys.delete(oldest);
      }
      keys.set(owner, { key, until: now() + rememberMs });
    },
    forget(owner) {
      keys.delete(owner);
    },
  };
}
