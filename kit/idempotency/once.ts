import { newId, type IdKind } from '#kit/ids/ids.ts';
import { idempotencyConflict, refused, type Outcome } from '#kit/user-error/user-error.ts';
import type { Viewer } from '#kit/viewer/viewer.ts';
import type { Answering, Idempotency } from './idempotency.ts';

/** A call that must have its effect once. */
export interface OnceCall {
  /** Who calls: the id of a person or partner, or the name of a service; see {@link callerOf}. */
  readonly caller: string;
  /** What is asked: `placeOrder`. */
  readonly operation: string;
  /** The caller's own key, 1 to 200 characters. */
  readonly key: string;
  /** All that decides the effect. */
  readonly input: unknown;
  /** What the effect will be known by. */
  readonly subject: IdKind;
}

/** Runs an action once for its key; `isFirst` tells it that nobody has begun it before. Its outcome, refusals included, is answered again; the same key with another input is IDEMPOTENCY_CONFLICT. */
export type Once = <T>(
  call: OnceCall,
  action: (subjectId: string, isFirst?: boolean, answering?: Answering) => Promise<Outcome<T>>,
) => Promise<Outcome<T>>;

/** {@link Idempotency} for actions that answer an outcome. */
export function createOnce(idempotency: Pick<Idempotency, 'runOnce'>): Once {
  return async (call, action) => {
    const { caller, operation, key, input, subject } = call;
    const done = await idempotency.runOnce({ caller, operation, key, input, subjectId: () => newId(subject) }, action);
    return done.conflict ? refused(idempotencyConflict()) : done.result;
  };
}

/** Whose idempotency keys a call uses, and who is written down as having acted. */
export function callerOf(viewer: Pick<Viewer, 'id' | 'kind'>): string {
  return viewer.id ?? viewer.kind;
}
