import { Kind, type OperationDefinitionNode } from 'graphql';
import type { Clock } from '#kit/clock/clock.ts';

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
  let readAt = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | null = null;

  async function readOnce(): Promise<void> {
    const begunAt = clock.now().getTime();
    const answer = await read(asOf);
    asOf = answer.asOf;
    readAt = begunAt;
    for (const id of answer.sessionIds) ended.set(id, begunAt);
    for (const [id, at] of ended) if (begunAt - at > rememberedForMs) ended.delete(id);
  }

  function refreshed(): Promise<void> {
    reading ??= readOnce()
      .catch((error: unknown) => {
        // Not at every request: the owner is away, and everybody would wait for it.
        readAt = clock.now().getTime();
        onFailure(error);
      })
      .finally(() => (reading = null));
    return reading;
  }

  return {
    async includes(sessionId) {
      const age = Math.abs(clock.now().getTime() - readAt);
      if (age >= freshForMs) {
        const refreshing = refreshed();
        if (age >= 2 * freshForMs) await refreshing;
      }
      return ended.has(sessionId);
    },
    async refresh() {
      // One that is under way may have asked too early.
      await reading;
      await refreshed();
    },
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
