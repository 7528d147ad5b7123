/** Something that was looked at once, and again while anybody relies on it. */
export interface LookAgain {
  /** Nothing to wait for while the last look is younger than `everyMs`. Another one begins when it isn't, to be waited for when it is twice as old. */
  recently(): Promise<void> | undefined;
  /** Looks now: what happened before the call is seen when it returns. */
  now(): Promise<void>;
}

/** What looking again needs. */
export interface LookAgainOptions {
  readonly look: () => Promise<void>;
  /** Told when a look failed: what was seen before goes on counting, and it is looked again `everyMs` later. */
  readonly onFailure: (error: unknown) => void;
  /** How old a look may be before the next one begins, milliseconds. */
  readonly everyMs: number;
  /** Milliseconds of any beginning. */
  readonly clock: () => number;
  /** When there was nothing to look at yet; never unless given, so that the first caller waits. */
  readonly lookedAt?: number;
}

/** Looks at most once in `everyMs`, and not at all while nobody asks: whoever relies on it knows of everything older than twice that. */
export function createLookAgain({ look, onFailure, everyMs, clock, lookedAt }: LookAgainOptions): LookAgain {
  let begunAt = lookedAt ?? Number.NEGATIVE_INFINITY;
  let looking: Promise<void> | null = null;

  function looked(): Promise<void> {
    looking ??= (async () => {
      const at = clock();
      try {
        await look();
        begunAt = at;
      } catch (error) {
        // Not at every request, or everybody would wait for what is away.
        begunAt = clock();
        onFailure(error);
      }
    })().finally(() => (looking = null));
    return looking;
  }

  return {
    recently() {
      // A clock that was set back makes a look as old as one that was set forward.
      const age = Math.abs(clock() - begunAt);
      if (age < everyMs) return undefined;
      const again = looked();
      return age >= 2 * everyMs ? again : undefined;
    },
    async now() {
      // One that is under way may have begun too early.
      await looking;
      await looked();
    },
  };
}
