/** A bounded map that forgets what was used longest ago. */
export interface DocumentCache<Value> {
  get(document: string): Value | undefined;
  set(document: string, value: Value): void;
}

/** Documents longer than this are prepared anew each time: a few of them would hold more memory than all real ones together. */
const longestKept = 50_000;

/** A cache for what is derived from a document's text, for at most `capacity` documents. */
export function createDocumentCache<Value>(capacity: number): DocumentCache<Value> {
  const entries = new Map<string, Value>();
  return {
    get(document) {
      const value = entries.get(document);
      if (value === undefined) return undefined;
      // A Map keeps insertion order: putting the entry at the end makes the first key the least recently used.
      entries.delete(document);
      entries.set(document, value);
      return value;
    },
    set(document, value) {
      if (document.length > longestKept) return;
      entries.set(document, value);
      if (entries.size <= capacity) return;
      const [oldest] = entries.keys();
      if (oldest !== undefined) entries.delete(oldest);
    },
  };
}
