import { SpanKind, TraceFlags, type Attributes, type SpanContext } from '@opentelemetry/api';
import { RandomIdGenerator } from '@opentelemetry/sdk-trace';
import { traceparentOf } from './traceparent.ts';

const ids = new RandomIdGenerator();

/** How a span begins. */
export interface SpanStart {
  readonly kind?: SpanKind;
  readonly attributes?: Attributes;
  /** Whose work it is; the parent's unless given. */
  readonly service?: string;
  /** When it began, if that is over already: on the clock of `performance.now()`, milliseconds. */
  readonly at?: number;
}

/** The spans of one trace that this process makes, from the one that a request or an event began. */
export interface Part {
  /** Decided when it began: kept whatever comes. */
  readonly sampled: boolean;
  /** Told of each span that ends. */
  onEnd(span: Span): void;
}

/**
 * One thing that was done, and how long it took. Attributes name operations, places and outcomes; never a value that a caller sent, for
 * they may be about a person.
 */
export class Span {
  readonly context: SpanContext;
  readonly parent: SpanContext | null;
  readonly kind: SpanKind;
  readonly service: string;
  readonly attributes: Attributes;
  /** On the clock of `performance.now()`, milliseconds. */
  readonly startedAt: number;
  name: string;
  /** Null until it has ended. */
  endedAt: number | null = null;
  failed = false;
  readonly #part: Part;

  constructor(name: string, part: Part, parent: SpanContext | null, start: SpanStart & { readonly service: string }) {
    this.name = name;
    this.#part = part;
    this.parent = parent;
    this.kind = start.kind ?? SpanKind.INTERNAL;
    this.service = start.service;
    this.attributes = { ...start.attributes };
    this.startedAt = start.at ?? performance.now();
    this.context = {
      traceId: parent?.traceId ?? ids.generateTraceId(),
      spanId: ids.generateSpanId(),
      traceFlags: part.sampled ? TraceFlags.SAMPLED : TraceFlags.NONE,
    };
  }

  /** Begins something that is a part of it. */
  child(name: string, start: SpanStart = {}): Span {
    return new Span(name, this.#part, this.context, { service: this.service, ...start });
  }

  set(attributes: Attributes): this {
    Object.assign(this.attributes, attributes);
    return this;
  }

  /** It didn't do what it is there for, by a fault of ours. */
  fail(): this {
    this.failed = true;
    return this;
  }

  /** Ends it; the first time counts. */
  end(): void {
    if (this.endedAt !== null) return;
    this.endedAt = performance.now();
    this.#part.onEnd(this);
  }

  /** The `traceparent` for what another process does because of it. */
  get traceparent(): string {
    return traceparentOf(this.context);
  }
}
