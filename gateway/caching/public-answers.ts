import { createHash } from 'node:crypto';
import type { HttpAnswer } from '../server/run-operation.ts';

/** An answer as anybody may have it. */
export interface PublicAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | string;
  /** Null unless it is whole: then nobody may keep it. */
  readonly kept: {
    /** Whole seconds since it was begun. */
    readonly age: number;
    /** What changes when the body does. */
    readonly etag: () => string;
  } | null;
}

/**
 * Answers that are the same for everybody who isn't signed in. Those who ask the same while it is worked out share it, and so do those who come within `keptMs` of its
 * beginning. One that isn't whole is its asker's alone: whoever waited for it asks for themselves.
 */
export interface PublicAnswers {
  /** Nobody's leaving may end `ask`: others may wait for it. */
  answer(key: string, ask: () => Promise<HttpAnswer>): Promise<PublicAnswer>;
  /** What was begun before now is given to nobody who asks from now on. */
  forget(): void;
}

interface Options {
  /** Milliseconds; 0: each asks for themselves. */
  readonly keptMs: number;
  /** What all bodies may take together. */
  readonly bytesAtMost: number;
  readonly nowMs?: () => number;
}

interface Entry {
  readonly begunAt: number;
  readonly made: Promise<Made | null>;
  bytes: number;
}

interface Made {
  readonly answer: HttpAnswer;
  readonly body: Buffer;
  etag: string | null;
}

export function createPublicAnswers({ keptMs, bytesAtMost, nowMs = () => performance.now() }: Options): PublicAnswers {
  /** By key, the oldest first. */
  const entries = new Map<string, Entry>();
  let bytes = 0;

  function drop(key: string, entry: Entry): void {
    if (entries.get(key) !== entry) return;
    entries.delete(key);
    bytes -= entry.bytes;
  }

  /** What is too old, and the oldest of what is too much. */
  function makeRoom(): void {
    const now = nowMs();
    for (const [key, entry] of entries) {
      if (now - entry.begunAt < keptMs && bytes <= bytesAtMost) return;
      drop(key, entry);
    }
  }

  function begin(key: string, ask: () => Promise<HttpAnswer>): Promise<PublicAnswer> {
    const asked = ask();
    const entry: Entry = {
      begunAt: nowMs(),
      bytes: 0,
      // Whoever asked first hears of a failure; those who wait only learn that there is nothing to share.
      made: asked.then(madeOf, () => null),
    };
    makeRoom();
    entries.set(key, entry);
    return entry.made.then(async (made) => {
      if (made === null) {
        drop(key, entry);
        return aloneWith(await asked);
      }
      if (entries.get(key) === entry) {
        entry.bytes = made.body.length;
        bytes += entry.bytes;
        makeRoom();
      }
      return shared(made, entry);
    });
  }

  function shared(made: Made, { begunAt }: Entry): PublicAnswer {
    const { status, headers } = made.answer;
    const age = Math.floor((nowMs() - begunAt) / 1_000);
    return { status, headers, body: made.body, kept: { age, etag: () => (made.etag ??= etagOf(made.body)) } };
  }

  return {
    async answer(key, ask) {
      const known = entries.get(key);
      if (known === undefined || nowMs() - known.begunAt >= keptMs) {
        if (known !== undefined) drop(key, known);
        return begin(key, ask);
      }
      const made = await known.made;
      return made === null ? aloneWith(await ask()) : shared(made, known);
    },
    forget() {
      entries.clear();
      bytes = 0;
    },
  };
}

function madeOf(answer: HttpAnswer): Made | null {
  const { body } = answer;
  return isWhole(answer) ? { answer, body: typeof body === 'string' ? Buffer.from(body) : body, etag: null } : null;
}

function aloneWith({ status, headers, body }: HttpAnswer): PublicAnswer {
  return { status, headers, body, kept: null };
}

const wholeBegins = '{"data":{';

/** Errors stand before the data, in our answers and in Apollo's. */
function isWhole({ status, body }: HttpAnswer): boolean {
  const begins = typeof body === 'string' ? body : body.toString('latin1', 0, wholeBegins.length);
  return status === 200 && begins.startsWith(wholeBegins);
}

/** Weak: the same data in another media type or compressed is the same. */
function etagOf(body: Buffer): string {
  return `W/"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`;
}
