import { z } from 'zod';
import { startFakePlatform } from './fake-platform.ts';

/** A span as it was exported. */
export interface ReceivedSpan {
  readonly service: string;
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for the first one of a trace. */
  readonly parentSpanId: string;
  readonly failed: boolean;
  readonly ms: number;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** What takes traces in a test. */
export interface TraceReceiver {
  /** For OTEL_EXPORTER_OTLP_ENDPOINT. */
  readonly url: string;
  readonly spans: ReceivedSpan[];
  /** Everything that was sent, as text. */
  readonly bodies: string[];
  stop(): Promise<void>;
}

const attributes = z.array(z.object({ key: z.string(), value: z.record(z.string(), z.unknown()) })).default([]);
const exportSchema = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes }),
      scopeSpans: z.array(
        z.object({
          spans: z.array(
            z.object({
              traceId: z.string(),
              spanId: z.string(),
              parentSpanId: z.string().default(''),
              name: z.string(),
              startTimeUnixNano: z.string(),
              endTimeUnixNano: z.string(),
              attributes,
              status: z.object({ code: z.number().default(0) }),
            }),
          ),
        }),
      ),
    }),
  ),
});
const errorCode = 2;

/** Starts a receiver of OTLP over HTTP that reads what it gets as the protocol's JSON says, and refuses anything else. */
export async function startTraceReceiver(): Promise<TraceReceiver> {
  const spans: ReceivedSpan[] = [];
  const bodies: string[] = [];
  const platform = await startFakePlatform(({ method, url, headers, rawBody }) => {
    if (method !== 'POST' || url.pathname !== '/v1/traces' || headers['content-type'] !== 'application/json') {
      return { status: 404, body: '' };
    }
    bodies.push(rawBody.toString('utf8'));
    for (const { resource, scopeSpans } of exportSchema.parse(JSON.parse(rawBody.toString('utf8'))).resourceSpans) {
      const service = String(valuesOf(resource.attributes)['service.name']);
      for (const span of scopeSpans.flatMap((scope) => scope.spans)) {
        const { name, traceId, spanId, parentSpanId, status, startTimeUnixNano, endTimeUnixNano } = span;
        spans.push({
          service,
          ...{ name, traceId, spanId, parentSpanId },
          failed: status.code === errorCode,
          ms: Number(BigInt(endTimeUnixNano) - BigInt(startTimeUnixNano)) / 1_000_000,
          attributes: valuesOf(span.attributes),
        });
      }
    }
    return { status: 200, headers: { 'content-type': 'application/json' }, body: '{}' };
  });
  return { url: platform.url, spans, bodies, stop: () => platform.stop() };
}

function valuesOf(given: z.output<typeof attributes>): Record<string, unknown> {
  return Object.fromEntries(given.map(({ key, value }) => [key, Object.values(value)[0]]));
}

/** A trace as a tree in lines, `service: name`, each level indented by two spaces; siblings in alphabetical order. Spans whose parent wasn't received stand at the top. */
export function treeOf(spans: readonly ReceivedSpan[]): string[] {
  const ids = new Set(spans.map(({ spanId }) => spanId));
  const lines = (parent: string | null, depth: number): string[] =>
    spans
      .filter(({ parentSpanId }) => (parent === null ? !ids.has(parentSpanId) : parentSpanId === parent))
      .map((span) => [`${'  '.repeat(depth)}${span.service}: ${span.name}`, ...lines(span.spanId, depth + 1)])
      .toSorted((one, other) => ((one[0] ?? '') < (other[0] ?? '') ? -1 : 1))
      .flat();
  return lines(null, 0);
}
