import { SpanKind } from '@opentelemetry/api';
import { NeighbourError } from '#kit/transport/neighbour-error.ts';
import { withinSpan } from '#kit/tracing/current-span.ts';
import type { Tracing } from '#kit/tracing/tracing.ts';
import type { Subgraph } from './spec.ts';

/** A subgraph whose calls are traced; itself when nothing is. */
export function tracedSubgraph(subgraph: Subgraph, tracing: Tracing | null): Subgraph {
  if (tracing === null) return subgraph;
  const { name } = subgraph;
  return {
    ...subgraph,
    async call(path, body, call) {
      const span = tracing.begin(`${name} ${path}`, {
        service: name,
        kind: SpanKind.SERVER,
        from: 'service',
        traceparent: call.traceparent,
        attributes: { 'fullchain.request_id': call.requestId },
      });
      try {
        return await withinSpan(span, () => subgraph.call(path, body, call));
      } catch (error) {
        if (!(error instanceof NeighbourError && error.code === 'REFUSED')) span.fail();
        throw error;
      } finally {
        span.end();
      }
    },
  };
}
