import { SpanStatusCode, TraceFlags, type HrTime } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes, type Resource } from '@opentelemetry/resources';
import { BatchSpanProcessor, type ReadableSpan } from '@opentelemetry/sdk-trace';
import { currentSpan } from './current-span.ts';
import type { TracingSettings } from './settings.ts';
import { Span, type Part, type SpanStart } from './span.ts';
import { parseTraceparent } from './traceparent.ts';

/** How a part of a trace begins in this process. */
export interface TraceStart extends SpanStart {
  readonly service: string;
  /** As it came with the request; anything but a `traceparent` begins a new trace. */
  readonly traceparent?: unknown;
  /** Who sent the request: a service of ours has decided whether the trace is sampled; what a client says about that isn't heard. */
  readonly from: 'client' | 'service';
}

/** Follows requests through a process and exports what is worth keeping. */
export interface Tracing {
  /** Begins the part of a trace that this process does, or goes on with the span that this process is in. */
  begin(name: string, start: TraceStart): Span;
  /** Exports what is waiting. */
  stop(): Promise<void>;
}

/** Spans of one part that are held until it is known whether they are kept; a part that makes more loses the later ones. */
const heldAtMost = 1_000;
/** How long kept spans wait for others to be exported with, milliseconds. */
const exportEveryMs = 1_000;

const scope = { name: 'fullchain' };

/**
 * Tracing as the settings say; null when nothing takes the traces. Of every request light records are held until it is answered. They become spans
 * when the request was drawn by lot (by the first process, for all that follow), or when it was slow or failed here; the others are let go. The lot is drawn
 * here and never read from the trace's id, which a stranger may choose.
 */
export function createTracing(settings: TracingSettings): Tracing | null {
  const { endpoint, ratio, slowMs } = settings;
  if (endpoint === null) return null;
  const batches = new BatchSpanProcessor({
    exporter: new OTLPTraceExporter({ url: `${endpoint.replace(/\/$/, '')}/v1/traces` }),
    scheduledDelayMillis: exportEveryMs,
    maxQueueSize: 8_192,
  });
  const resources = new Map<string, Resource>();

  function resourceOf(service: string): Resource {
    const known = resources.get(service);
    if (known) return known;
    const fresh = resourceFromAttributes({ 'service.name': service, 'service.namespace': 'fullchain' });
    resources.set(service, fresh);
    return fresh;
  }

  const keep = (span: Span): void => batches.onEnd(readable(span, resourceOf(span.service)));

  function beginPart(name: string, start: TraceStart): Span {
    const parent = parseTraceparent(start.traceparent);
    const sampled =
      start.from === 'service' && parent ? parent.traceFlags === TraceFlags.SAMPLED : Math.random() < ratio;
    const held: Span[] = [];
    let isKept: boolean | null = sampled ? true : null;
    const part: Part = {
      sampled,
      onEnd(span) {
        if (isKept === true) keep(span);
        else if (isKept === null) {
          if (span !== root) {
            if (held.length < heldAtMost) held.push(span);
            return;
          }
          isKept = root.failed || (root.endedAt ?? 0) - root.startedAt >= slowMs;
          if (isKept) for (const each of [...held, root]) keep(each);
          held.length = 0;
        }
      },
    };
    const root = new Span(name, part, parent, start);
    return root;
  }

  return {
    begin: (name, start) => currentSpan()?.child(name, start) ?? beginPart(name, start),
    stop: () => batches.shutdown(),
  };
}

/** A span in the form that OpenTelemetry exports. */
function readable(span: Span, resource: Resource): ReadableSpan {
  const { name, kind, context, parent, attributes, startedAt, endedAt, failed } = span;
  const until = endedAt ?? startedAt;
  return {
    name,
    kind,
    // What is kept is sampled, whatever the others were told when it began.
    spanContext: () => ({ ...context, traceFlags: TraceFlags.SAMPLED }),
    ...(parent ? { parentSpanContext: parent } : {}),
    startTime: hrTime(performance.timeOrigin + startedAt),
    endTime: hrTime(performance.timeOrigin + until),
    duration: hrTime(until - startedAt),
    status: { code: failed ? SpanStatusCode.ERROR : SpanStatusCode.UNSET },
    attributes,
    links: [],
    events: [],
    ended: true,
    resource,
    instrumentationScope: scope,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

/** Milliseconds as seconds and nanoseconds. */
function hrTime(ms: number): HrTime {
  const seconds = Math.floor(ms / 1000);
  return [seconds, Math.round((ms - seconds * 1000) * 1_000_000)];
}
