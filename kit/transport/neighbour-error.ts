import type { SubgraphName } from '#kit/events/events.ts';

/** `REFUSED`: the neighbour said no. `UNAVAILABLE`: no usable answer, the effect is unknown. `TIMEOUT`: no answer in time, the effect is unknown. */
export type NeighbourErrorCode = 'UNAVAILABLE' | 'REFUSED' | 'TIMEOUT';

/** A call to another service that brought no answer. Business refusals are not errors: operations answer them as data. */
export class NeighbourError extends Error {
  readonly code: NeighbourErrorCode;
  readonly target: SubgraphName;
  /** For `REFUSED`: the code the neighbour gave, for example `BAD_USER_INPUT`, `UNAUTHENTICATED`, `FORBIDDEN`, `BUSY`. */
  readonly reason: string | null;
  /** For `BUSY`: when the same call may be repeated, milliseconds. */
  readonly retryAfterMs: number | null;

  constructor(
    code: NeighbourErrorCode,
    target: SubgraphName,
    message: string,
    facts: { reason?: string | null; retryAfterMs?: number | null; cause?: unknown } = {},
  ) {
    super(`${target}: ${message}`, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.name = 'NeighbourError';
    this.code = code;
    this.target = target;
    this.reason = facts.reason ?? null;
    this.retryAfterMs = facts.retryAfterMs ?? null;
  }
}
