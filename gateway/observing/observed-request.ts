import type { Span } from '#kit/tracing/span.ts';
import type { SubgraphRead } from './show-freshness.ts';

/** One call of a subgraph for a part of an answer. Times in milliseconds. */
export interface FetchTime {
  readonly subgraph: string;
  /** After the operation had begun. */
  readonly after: number;
  readonly took: number;
  readonly outcome: 'ok' | 'error';
}

/** The operation of a request, by what may be written down of it. */
export interface ObservedOperation {
  /** The name in the registered document; `other` for every document that isn't registered, whose names are their authors'. */
  readonly label: string;
  readonly kind: string;
  /** The text that is run. */
  readonly query: string;
  readonly operationName: string | null;
  /** On the clock of `performance.now()`, milliseconds. */
  readonly begunAt: number;
}

/** What is noted of a request while it is answered. */
export interface ObservedRequest {
  /** Null when nothing is traced. */
  readonly span: Span | null;
  /** Of the errors that were answered, from the closed list. */
  readonly errorCodes: string[];
  readonly fetches: FetchTime[];
  /** Set when it has been measured. */
  isOver: boolean;
  /** Null until it is admitted. */
  operation: ObservedOperation | null;
  /** What the subgraphs read for it; null unless its caller is to be shown that. */
  reads: SubgraphRead[] | null;
}

/** A request of which nothing is known yet. */
export function observedRequest(span: Span | null): ObservedRequest {
  return { span, errorCodes: [], fetches: [], isOver: false, operation: null, reads: null };
}
