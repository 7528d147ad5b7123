import { hash } from 'node:crypto';
import { bytesOf } from '#kit/near-cache/bytes-of.ts';
import { type Grounds, withGrounds } from '#kit/near-cache/grounds.ts';
import type { Viewer } from '#kit/viewer/viewer.ts';
import { createRecall } from '#kit/weighed-cache/recall.ts';
import type { GraphAnswer, GraphRequest } from './executor.ts';
import type { FreeToUse } from './watched-context.ts';

/** Works an answer out. What it uses beside near caches it tells `touched`; null when nobody needs to know. */
export type WorkOut = (touched: (() => void) | null) => Promise<GraphAnswer>;

/**
 * Answers to questions that come again, each for as long as everything it was made from would be read again as it was: the near caches are asked whether it would, by their own
 * rules, and so an answer is never older than one that is worked out. It is worked out anew when anything else than near caches went into it, and when there is an
 * error in it. What is remembered is shared, and its `data` frozen to say so: look, don't touch.
 */
export interface RememberedAnswers {
  /** `question`: everything that tells it from others, in a text. */
  answer(question: string, workOut: WorkOut): Promise<GraphAnswer>;
  /** What all answers take, about. */
  readonly bytes: number;
}

interface Remembered {
  readonly answer: GraphAnswer;
  readonly grounds: Grounds;
}

/** About what one of an answer's grounds takes. */
const groundBytes = 64;

/** Keeps so many bytes of answers at most. `nowMs` is the clock of who works them out. */
export function createRememberedAnswers({
  bytesAtMost,
  nowMs,
}: {
  readonly bytesAtMost: number;
  readonly nowMs: () => number;
}): RememberedAnswers {
  const answers = createRecall<Remembered>(bytesAtMost);
  const holds = ({ grounds }: Remembered) => grounds.hold(nowMs());

  async function remember(question: string, workOut: WorkOut): Promise<GraphAnswer> {
    let usesMore = false;
    const { value: answer, grounds } = await withGrounds((spoil) =>
      workOut(() => {
        usesMore = true;
        spoil();
      }),
    );
    if (usesMore) answers.dontRemember(question);
    if (grounds === null || answer.errors !== undefined || !answer.data) return answer;
    Object.freeze(answer.data);
    answers.remember(question, { answer, grounds }, bytesOf(answer) + grounds.size * groundBytes);
    return answer;
  }

  return {
    async answer(question, workOut) {
      const found = await answers.recall(question, holds);
      if (typeof found === 'object') return found.value.answer;
      return found === 'worth remembering' ? remember(question, workOut) : workOut(null);
    },
    get bytes() {
      return answers.bytes;
    },
  };
}

/** A part of a question that is longer is told by its digest. */
const longestPart = 200;

/** What of a viewer tells shoppers of one kind from those of another, and not who they are: all that a remembered answer may depend on. */
export const sharedByShoppers: FreeToUse<Viewer> = {
  ...{ kind: true, channel: true, locale: true, tierLevel: true, roles: true, scopes: true },
};

/** Tells questions apart: everything on which an answer may depend that is made without asking who the shopper is. */
export function createQuestions(): (request: GraphRequest, viewer: Viewer) => string {
  const ofFrozen = new WeakMap<object, string>();

  function partOf(value: unknown): string {
    // Who freezes a value promises that nothing in it changes.
    if (typeof value !== 'object' || value === null || !Object.isFrozen(value))
      return short(JSON.stringify(value) ?? '');
    const known = ofFrozen.get(value);
    if (known !== undefined) return known;
    const part = short(JSON.stringify(value));
    ofFrozen.set(value, part);
    return part;
  }

  return ({ query, operationName, variables }, { kind, channel, locale, tierLevel, roles, scopes }) => {
    const parts: unknown[] = [kind, channel, locale, tierLevel, roles, scopes, operationName ?? null];
    for (const name in variables) parts.push(name, partOf(variables[name]));
    // Whatever the query's text is, the list before it ends where it ends.
    return `${JSON.stringify(parts)}${query}`;
  };
}

function short(text: string): string {
  return text.length <= longestPart ? text : hash('sha256', text, 'base64url');
}
