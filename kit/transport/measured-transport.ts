import type { Metrics } from '#kit/metrics/metrics.ts';
import type { Transport } from './call.ts';

/** A transport whose calls are measured by the service that makes them. Entity and operation names come from our own contracts. */
export function measuredTransport(transport: Transport, metrics: Pick<Metrics, 'neighbourCall'>): Transport {
  return {
    async call(target, path, body, call) {
      const begunAt = performance.now();
      const measure = (outcome: 'ok' | 'error') =>
        metrics.neighbourCall({ target, operation: path, outcome, ms: performance.now() - begunAt });
      try {
        const answer = await transport.call(target, path, body, call);
        measure('ok');
        return answer;
      } catch (error) {
        measure('error');
        throw error;
      }
    },
    close: () => transport.close(),
  };
}
