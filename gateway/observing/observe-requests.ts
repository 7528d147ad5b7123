import { createHash } from 'node:crypto';
import { SpanKind } from '@opentelemetry/api';
import type { Logger } from 'pino';
import type { Metrics } from '#kit/metrics/metrics.ts';
import type { Tracing } from '#kit/tracing/tracing.ts';
import { observedRequest, type ObservedOperation, type ObservedRequest } from './observed-request.ts';

interface Options {
  readonly metrics: Pick<Metrics, 'counter' | 'histogram'>;
  /** Null when nothing is traced. */
  readonly tracing: Tracing | null;
  /** From here on an operation is slow, milliseconds. */
  readonly slowMs: number;
}

/** How a request ended. */
export interface RequestEnd {
  /** Of HTTP; 499 for a client that went away. */
  readonly status: number;
  readonly log: () => Logger;
  /** The plan of an operation in a line, if it is still known; for requests that have operations. */
  readonly planOf?: (query: string, operationName: string | null) => string | null;
}

/** Measures and traces requests, and writes down the slow ones. */
export interface RequestObserver {
  /** `traceparent`: the header as the client sent it, if it did. */
  begin(path: string, request: { readonly requestId: string; readonly traceparent?: unknown }): ObservedRequest;
  /** To be called once for each request that has begun; later calls count for nothing. */
  end(request: ObservedRequest, end: RequestEnd): void;
}

/**
 * What is known of requests from outside: time by operation, errors by code, traces, and a line in the log for each operation that was slow.
 * Operations are told apart by the names of registered documents, of which there are as many as our clients have; no variable, and no text of a document,
 * goes anywhere.
 */
export function createRequestObserver({ metrics, tracing, slowMs }: Options): RequestObserver {
  const times = metrics.histogram(
    'fullchain_operation_seconds',
    'Time from the admission of an operation to the end of its answer',
    ['operation', 'outcome'],
  );
  const errors = metrics.counter('fullchain_errors_total', 'Errors that were answered', ['operation', 'code']);

  function tellIfSlow(ms: number, operation: ObservedOperation, request: ObservedRequest, end: RequestEnd): void {
    if (ms < slowMs) return;
    const { label, query, operationName } = operation;
    const facts = {
      operation: label,
      documentHash: hashOf(query),
      ms: Math.round(ms),
      plan: end.planOf?.(query, operationName) ?? null,
      fetches: request.fetches,
    };
    end.log().warn(facts, 'an operation was slow');
  }

  return {
    begin(path, { requestId, traceparent }) {
      if (tracing === null) return observedRequest(null);
      const attributes = { 'fullchain.request_id': requestId };
      const start = { service: 'gateway', kind: SpanKind.SERVER, from: 'client', traceparent, attributes } as const;
      return observedRequest(tracing.begin(path, start));
    },

    end(request, end) {
      if (request.isOver) return;
      request.isOver = true;
      const { operation, errorCodes, span } = request;
      const label = operation?.label ?? 'refused';
      for (const code of errorCodes) errors.inc({ operation: label, code });
      if (operation !== null) {
        const ms = performance.now() - operation.begunAt;
        times.observe({ operation: label, outcome: errorCodes.length === 0 ? 'ok' : 'error' }, ms / 1000);
        tellIfSlow(ms, operation, request, end);
      }
      if (span === null) return;
      if (operation !== null) span.name = `${operation.kind} ${label}`;
      span.set(() => ({
        'http.response.status_code': end.status,
        'fullchain.error_codes': [...new Set(errorCodes)],
        ...(operation !== null && {
          'graphql.operation.type': operation.kind,
          'graphql.operation.name': label,
          'graphql.document.hash': hashOf(operation.query),
        }),
      }));
      // What the caller did wrong, or asked too often, is no failure: nobody can have all their requests traced by sending rubbish.
      if (end.status === 500 || errorCodes.includes('INTERNAL_SERVER_ERROR')) span.fail();
      span.end();
    },
  };
}

function hashOf(query: string): string {
  return `sha256:${createHash('sha256').update(query).digest('hex')}`;
}
