import { SpanKind } from '@opentelemetry/api';
import type { Metrics } from '#kit/metrics/metrics.ts';
import { currentSpan } from '#kit/tracing/current-span.ts';
import type { Transport } from './call.ts';
import { NeighbourError } from './neighbour-error.ts';

/**
 * A transport whose calls are measured by the service that makes them, and are spans of what is being traced. Entity and operation names come from our own
 * contracts.
 */
export function measuredTransport(transport: Transport, metrics: Pick<Metrics, 'neighbourCall'>): Transport {
  return {
    async call(target, path, body, call) {
      const begunAt = performance.now();
      const measure = (outcome: 'ok' | 'error') =>
        metrics.neighbourCall({ target, operation: path, outcome, ms: performance.now() - begunAt });
      const span = (call.span ?? currentSpan())?.child(`call ${target} ${path}`, { kind: SpanKind.CLIENT }) ?? null;
      const traced = span === null ? call : { ...call, span };
      try {
        const answer = await transport.call(target, path, body, traced);
        measure('ok');
        return answer;
      } catch (error) {
        measure('error');
        span?.set({ 'error.type': error instanceof NeighbourError ? error.code : 'ERROR' });
        // A refusal is an answer.
        if (!(error instanceof NeighbourError && error.code === 'REFUSED')) span?.fail();
        throw error;
      } finally {
        span?.end();
      }
    },
    close: () => transport.close(),
  };
}
