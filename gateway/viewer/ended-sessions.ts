import { Kind, type OperationDefinitionNode } from 'graphql';
import type { Clock } from '#kit/clock/clock.ts';
import { createLookAgain } from '#kit/look-again/look-again.ts';

/** Sessions whose access tokens are refused although they haven't expired. */
export interface EndedSessions {
  /** Whether the session has ended, by what is known; asks its owner when that is old. */
  includes(sessionId: string): Promise<boolean>;
  /** Asks now: the next `includes` knows of everything that has ended so far. */
  refresh(): Promise<void>;
}

interface Options {
  /** Asks the sessions' owner, from what it said last. */
  readonly read: (since: string | null) => Promise<{ readonly sessionIds: readonly string[]; readonly asOf: string }>;
  readonly clock: Clock;
  /** Told when the owner can't be asked: what was known goes on counting. */
  readonly onFailure: (error: unknown) => void;
}

/** Asked again in the background when older than this, milliseconds, and waited for when older than twice that. */
const freshForMs = 500;
/** An access token lasts 15 minutes; a session that ended longer ago needs no mention. */
const rememberedForMs = 16 * 60_000;

/** Knows the sessions that ended lately, at most a second late while anybody asks. */
export function createEndedSessions({ read, clock, onFailure }: Options): EndedSessions {
  const ended = new Map<string, number>();
  let asOf: string | null = null;

  async function readOnce(): Promise<void> {
    const begunAt = clock.now().getTime();
    const answer = await read(asOf);
    asOf = answer.asOf;
    for (const id of answer.sessionIds) ended.set(id, begunAt);
    for (const [id, at] of ended) if (begunAt - at > rememberedForMs) ended.delete(id);
  }

  const looks = createLookAgain({
    look: readOnce,
    onFailure,
    everyMs: freshForMs,
    clock: () => clock.now().getTime(),
  });

  return {
    async includes(sessionId) {
      const looking = looks.recently();
      if (looking !== undefined) await looking;
      return ended.has(sessionId);
    },
    refresh: () => looks.now(),
  };
}

const endingFields: ReadonlySet<string> = new Set(['signOut', 'refreshSession']);

/** Whether an operation can end a session: then its own gateway refuses the session's tokens from its answer on. */
export function mayEndSessions({ operation, selectionSet }: OperationDefinitionNode): boolean {
  return (
    operation === 'mutation' &&
    selectionSet.selections.some((field) => field.kind !== Kind.FIELD || endingFields.has(field.name.value))
  );
}
