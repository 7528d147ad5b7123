import { createWeighedCache } from './weighed-cache.ts';

/** What there is to say to a question: what was remembered and still holds; or whether it is worth remembering what is worked out now. */
export type Recalled<Value> = { readonly value: Value } | 'worth remembering' | 'not worth remembering';

/**
 * Remembers what was worked out for questions that come again. Most come once, or what they ask of changes before they come again: remembering these would cost more than it
 * spares, so a question is worth it the second time, and the third if what was remembered has been of use.
 */
export interface Recall<Value> {
  /** `holds` is asked whether what was remembered still counts. */
  recall(question: string, holds: (value: Value) => boolean | Promise<boolean>): Promise<Recalled<Value>>;
  /** `bytes`: about what the value takes. */
  remember(question: string, value: Value, bytes: number): void;
  /** For a question whose answers can't be remembered, as things are: it is worth another try when it has come a thousand times more. */
  dontRemember(question: string): void;
  clear(): void;
  /** What everything takes together, about. */
  readonly bytes: number;
}

type Known<Value> = 'came once' | { passes: number } | { readonly value: Value; wasUsed: boolean };

const passesUntilNextTry = 1_000;
/** About what an entry takes beside its texts. */
const entryBytes = 200;

/** Keeps so many bytes at most; what was asked for longest ago goes. */
export function createRecall<Value>(bytesAtMost: number): Recall<Value> {
  const cache = createWeighedCache<Known<Value>>(bytesAtMost);
  const keep = (question: string, known: Known<Value>, bytes: number) =>
    cache.set(question, known, entryBytes + 2 * question.length + bytes);

  return {
    async recall(question, holds) {
      const known = cache.get(question);
      if (known === 'came once') return 'worth remembering';
      if (known !== undefined && 'passes' in known) {
        known.passes -= 1;
        return known.passes >= 0 ? 'not worth remembering' : 'worth remembering';
      }
      if (known !== undefined) {
        const holding = holds(known.value);
        if (holding === true || (holding !== false && (await holding))) {
          known.wasUsed = true;
          return known;
        }
        if (known.wasUsed) return 'worth remembering';
      }
      keep(question, 'came once', 0);
      return 'not worth remembering';
    },
    remember: (question, value, bytes) => keep(question, { value, wasUsed: false }, bytes),
    dontRemember: (question) => keep(question, { passes: passesUntilNextTry }, 0),
    clear: () => cache.clear(),
    get bytes() {
      return cache.bytes;
    },
  };
}
