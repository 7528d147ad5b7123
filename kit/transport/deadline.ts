import type { SubgraphName } from '#kit/events/events.ts';
import { NeighbourError } from './neighbour-error.ts';
import type { Call } from './call.ts';

/** The end of one call's time. It stands in for an `AbortSignal`, which costs a call more than all the rest of its deadline and is made only for whom it is asked of. */
export class Deadline {
  /** Why the call is over; null while its caller waits. */
  reason: Error | null = null;
  /** Called once, when it is over. */
  whenOver: (() => void) | null = null;
  #controller: AbortController | null = null;

  /** Aborted when it is over. */
  get signal(): AbortSignal {
    if (this.#controller === null) {
      this.#controller = new AbortController();
      if (this.reason !== null) this.#controller.abort(this.reason);
    }
    return this.#controller.signal;
  }

  end(reason: Error): void {
    this.reason = reason;
    this.#controller?.abort(reason);
    this.whenOver?.();
  }
}

/**
 * Runs one call with a limit on its time. The deadline handed to `work` ends when the limit is over or the caller gave up,
 * and the caller gets its TIMEOUT at that moment even if `work` doesn't listen.
 */
export function withinDeadline<T>(
  target: SubgraphName,
  limitMs: number,
  call: Call,
  work: (deadline: Deadline) => Promise<T>,
): Promise<T> {
  const ms = Math.max(1, Math.min(limitMs, call.timeoutMs ?? limitMs));
  const deadline = new Deadline();
  return new Promise((resolve, reject) => {
    const stop = (message: string) => {
      end();
      const error = new NeighbourError('TIMEOUT', target, message);
      reject(error);
      deadline.end(error);
    };
    const onAbort = () => stop('the caller gave up');
    const timer = setTimeout(() => stop(`no answer within ${ms} ms`), ms);
    const end = () => {
      clearTimeout(timer);
      call.signal?.removeEventListener('abort', onAbort);
    };
    call.signal?.addEventListener('abort', onAbort, { once: true });
    if (call.signal?.aborted) onAbort();
    work(deadline).then(
      (answer) => {
        end();
        resolve(answer);
      },
      (error: unknown) => {
        end();
        reject(error);
      },
    );
  });
}
