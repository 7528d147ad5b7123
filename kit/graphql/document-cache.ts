/** A bounded map that forgets what was used longest ago. */
export interface DocumentCache<Value> {
  get(document: string): Value | undefined;
  set(document: string, value: Value): void;
}

/** Documents longer than this are prepared anew each time: a few of them would hold more memory than all real ones together. */
const longestKept = 50_000;

/** What the kept documents of one cache may be long together, characters. What is derived from a text takes up to a hundred bytes for each of its characters. */
const keptTogether = 1_000_000;

/** A cache for what is derived from a document's text, for at most `capacity` documents and a million characters. */
export function createDocumentCache<Value>(capacity: number): DocumentCache<Value> {
  const entries = new Map<string, Value>();
  let length = 0;
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
      if (!entries.has(document)) length += document.length;
      entries.set(document, value);
      for (const oldest of entries.keys()) {
        if (entries.size <= capacity && length <= keptTogether) break;
        entries.delete(oldest);
        length -= oldest.length;
      }
    },
  };
}
