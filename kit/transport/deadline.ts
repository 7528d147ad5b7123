import type { SubgraphName } from '#kit/events/events.ts';
import { NeighbourError } from './neighbour-error.ts';
import type { Call } from './call.ts';

/**
 * Runs one call with a limit on its time. The signal handed to `work` is aborted when the limit is over or the caller gave up,
 * and the caller gets its TIMEOUT at that moment even if `work` doesn't listen.
 */
export function withinDeadline<T>(
  target: SubgraphName,
  limitMs: number,
  call: Call,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const ms = Math.max(1, Math.min(limitMs, call.timeoutMs ?? limitMs));
  const controller = new AbortController();
  return new Promise((resolve, reject) => {
    const stop = (message: string) => {
      end();
      const error = new NeighbourError('TIMEOUT', target, message);
      reject(error);
      controller.abort(error);
    };
    const onAbort = () => stop('the caller gave up');
    const timer = setTimeout(() => stop(`no answer within ${ms} ms`), ms);
    const end = () => {
      clearTimeout(timer);
      call.signal?.removeEventListener('abort', onAbort);
    };
    call.signal?.addEventListener('abort', onAbort, { once: true });
    if (call.signal?.aborted) onAbort();
    work(controller.signal).finally(end).then(resolve, reject);
  });
}
