import type { SubgraphName } from '#kit/events/events.ts';
import type { Span } from '#kit/tracing/span.ts';
import type { Viewer } from '#kit/viewer/viewer.ts';

/** On whose behalf, for which request and from where a call between services is made. These travel signed. */
export interface Call {
  readonly viewer: Viewer;
  /** One id from the client's request to the last log line it causes. */
  readonly requestId: string;
  /** Where the client's request came from, as the gateway saw it; absent for our own services' calls, and for clients on the gateway's own machine. */
  readonly clientAddress?: string | undefined;
  /** What this call is a part of, as W3C's `traceparent`; absent when nobody follows it. It travels beside the signature, which it needs not: nothing is decided by it. */
  readonly traceparent?: string | undefined;
  /** The same within this process, where it counts before `traceparent`; the current span when absent or null. */
  readonly span?: Span | null;
  /** Aborted when the caller no longer waits for the answer. */
  readonly signal?: AbortSignal;
  /** How long the caller waits, in milliseconds; the transport's own limit when absent, and never longer than that. */
  readonly timeoutMs?: number;
  /** True when the call may be sent twice without harm (a query, an idempotent operation): a broken connection is then retried once. */
  readonly repeatable?: boolean;
}

/** What a service answers on, besides its health: the graph, its internal operations, events, its public routes, its readiness. */
export type CallPath = '/graphql' | `/internal/${string}` | '/events' | '/routes' | '/ready';

/** The only way from one service to another. Nothing outside the transport knows whether it is a function call or HTTP. */
export interface Transport {
  /**
   * Calls a subgraph and returns its answer as a JSON-shaped value.
   * Throws `NeighbourError`: `REFUSED` (the subgraph said no), `UNAVAILABLE` (no or no usable answer), `TIMEOUT`.
   */
  call(target: SubgraphName, path: CallPath, body: unknown, call: Call): Promise<unknown>;
  /** Ends idle connections. Calls in flight finish first. */
  close(): Promise<void>;
}

/** The end of the wire: what a transport reaches once the signature is verified. `Subgraph` is one. */
export interface CallTarget {
  call(path: CallPath, body: unknown, call: Call): Promise<unknown>;
}

/** The longest a subgraph may take to answer another service, milliseconds: more than the database's limit, less than the gateway's. */
export const callTimeoutMs = 3000;
