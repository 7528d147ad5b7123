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
  readonly #parent: Span | SpanContext | null;
  readonly kind: SpanKind;
  readonly service: string;
  /** On the clock of `performance.now()`, milliseconds. */
  readonly startedAt: number;
  name: string;
  /** Null until it has ended. */
  endedAt: number | null = null;
  failed = false;
  readonly #part: Part;
  readonly #said: (Attributes | (() => Attributes))[] = [];
  #context: SpanContext | null = null;

  constructor(
    name: string,
    part: Part,
    parent: Span | SpanContext | null,
    start: SpanStart & { readonly service: string },
  ) {
    this.name = name;
    this.#part = part;
    this.#parent = parent;
    this.kind = start.kind ?? SpanKind.INTERNAL;
    this.service = start.service;
    if (start.attributes !== undefined) this.#said.push(start.attributes);
    this.startedAt = start.at ?? performance.now();
  }

  get parent(): SpanContext | null {
    return this.#parent instanceof Span ? this.#parent.context : this.#parent;
  }

  /** Its ids are drawn when somebody asks for them: most spans are let go before. */
  get context(): SpanContext {
    return (this.#context ??= {
      traceId: this.parent?.traceId ?? ids.generateTraceId(),
      spanId: ids.generateSpanId(),
      traceFlags: this.#part.sampled ? TraceFlags.SAMPLED : TraceFlags.NONE,
    });
  }

  /** Of what was said twice the last counts. */
  get attributes(): Attributes {
    return Object.assign({}, ...this.#said.map((said) => (typeof said === 'function' ? said() : said))) as Attributes;
  }

  /** Begins something that is a part of it. */
  child(name: string, start: SpanStart = {}): Span {
    return new Span(name, this.#part, this, { service: this.service, ...start });
  }

  /** What is work to say may be said by a function: it is called if the span is kept. */
  set(attributes: Attributes | (() => Attributes)): this {
    this.#said.push(attributes);
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
