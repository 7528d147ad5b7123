/** Values by key. What was used longest ago goes when all together weigh too much. */
export interface WeighedCache<Value> {
  get(key: string): Value | undefined;
  /** `bytes`: what the value weighs. */
  set(key: string, value: Value, bytes: number): void;
  clear(): void;
  /** How many values there are. */
  readonly size: number;
  /** What all values weigh together, bytes. */
  readonly bytes: number;
}

/** A cache that never holds more than `maxBytes`, by the weights that it is told. */
export function createWeighedCache<Value>(maxBytes: number): WeighedCache<Value> {
  const entries = new Map<string, { readonly key: string; readonly value: Value; readonly bytes: number }>();
  let held = 0;

  function remove(key: string): void {
    held -= entries.get(key)?.bytes ?? 0;
    entries.delete(key);
  }

  return {
    get(key) {
      const entry = entries.get(key);
      if (entry === undefined) return undefined;
      // A Map keeps insertion order: putting the entry at the end makes the first key the least recently used.
      entries.delete(key);
      // Under the text it came with: of a long one the caller's copy needn't be kept.
      entries.set(entry.key, entry);
      return entry.value;
    },
    set(key, value, bytes) {
      remove(key);
      entries.set(key, { key, value, bytes });
      held += bytes;
      for (const oldest of entries.keys()) {
        if (held <= maxBytes) break;
        remove(oldest);
      }
    },
    clear() {
      entries.clear();
      held = 0;
    },
    get size() {
      return entries.size;
    },
    get bytes() {
      return held;
    },
  };
}
