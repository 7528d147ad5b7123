import type { Idempotency } from '#kit/idempotency/idempotency.ts';
import { newId, type IdKind } from '#kit/ids/ids.ts';
import { idempotencyConflict, refused, type Outcome } from '#kit/user-error/user-error.ts';

/** A call that must have its effect once. */
export interface OnceCall {
  /** Who calls: the id of a person or partner, or the name of a service. */
  readonly caller: string;
  readonly operation: string;
  readonly key: string;
  /** All that decides the effect. */
  readonly input: unknown;
  /** What the effect will be known by. */
  readonly subject: IdKind;
}

/** Runs an action once for its key. Its outcome, refusals included, is answered again; another input is IDEMPOTENCY_CONFLICT. */
export type Once = <T>(call: OnceCall, action: (subjectId: string) => Promise<Outcome<T>>) => Promise<Outcome<T>>;

export function createOnce(idempotency: Idempotency): Once {
  return async (call, action) => {
    const { caller, operation, key, input, subject } = call;
    const done = await idempotency.runOnce({ caller, operation, key, input, subjectId: () => newId(subject) }, action);
    return done.conflict ? refused(idempotencyConflict()) : done.result;
  };
}
