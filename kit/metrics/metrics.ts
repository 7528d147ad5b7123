import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client';

/**
 * What a service measures about itself. Label values come from our own closed lists, never from a caller: each makes a
 * series.
 */
export interface Metrics {
  readonly registry: Registry;
  /** A counter of this service; asking again for the same name gives the same one. */
  counter<L extends string>(name: string, help: string, labels: readonly L[]): Counter<L>;
  /**
   * A histogram of this service, in seconds unless `buckets` says otherwise; asking again for the same name gives the
   * same one.
   */
  histogram<L extends string>(
    name: string,
    help: string,
    labels: readonly L[],
    buckets?: readonly number[],
  ): Histogram<L>;
  /** One command that MongoDB answered or refused. */
  mongoCommand(measured: { database: string; collection: string; command: string; ms: number; ok: boolean }): void;
  /**
   * One GraphQL request that a subgraph executed; `kind` tells a caller's operation from the gateway's entity fetch.
   */
  subgraphRequest(measured: { kind: 'operation' | 'entities'; outcome: 'ok' | 'error'; ms: number }): void;
  /** One call of a neighbour's internal operation. */
  neighbourCall(measured: { target: string; operation: string; outcome: 'ok' | 'error'; ms: number }): void;
  /** One event delivered to a subscriber, `lagMs` after it was committed. */
  eventDelivered(measured: { subscriber: string; lagMs: number }): void;
  /** One run of a job. */
  jobRun(measured: { job: string; outcome: 'ok' | 'error'; ms: number }): void;
  /** Everything measured, in Prometheus' text format. */
  text(): Promise<string>;
}

const latencies: readonly number[] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/**
 * The metrics of one service, each labelled with its name. A process that hosts several services makes one for each;
 * `process: true` adds memory, CPU and event-loop figures and is for one of them.
 */
export function createMetrics(service: string, { process: ofProcess = false }: { process?: boolean } = {}): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  if (ofProcess) collectDefaultMetrics({ register: registry });

  const counters = new Map<string, Counter>();
  const histograms = new Map<string, Histogram>();
  const counter = <L extends string>(name: string, help: string, labels: readonly L[]): Counter<L> => {
    const made = counters.get(name) ?? new Counter({ name, help, labelNames: [...labels], registers: [registry] });
    counters.set(name, made);
    return made;
  };
  const histogram = <L extends string>(
    name: string,
    help: string,
    labels: readonly L[],
    buckets: readonly number[] = latencies,
  ): Histogram<L> => {
    const made =
      histograms.get(name) ??
      new Histogram({ name, help, labelNames: [...labels], buckets: [...buckets], registers: [registry] });
    histograms.set(name, made);
    return made;
  };

  const mongo = histogram('fullchain_mongo_command_seconds', 'Time until MongoDB answered a command', [
    'database',
    'collection',
    'command',
    'outcome',
  ]);
  const requests = histogram('fullchain_subgraph_request_seconds', 'Time a subgraph took for a GraphQL request', [
    'kind',
    'outcome',
  ]);
  const calls = histogram('fullchain_neighbour_call_seconds', 'Time until a neighbour answered', [
    'target',
    'operation',
    'outcome',
  ]);
  const lag = histogram('fullchain_event_lag_seconds', "Time from an event's commit to its delivery", ['subscriber']);
  const jobs = histogram('fullchain_job_run_seconds', 'Time a job ran', ['job', 'outcome'], [...latencies, 60, 600]);

  return {
    registry,
    counter,
    histogram,
    // Labels are picked one by one: prom-client throws on a label it wasn't told of, and callers hand over objects that
    // know more.
    mongoCommand: ({ database, collection, command, ms, ok }) =>
      mongo.observe({ database, collection, command, outcome: ok ? 'ok' : 'error' }, ms / 1000),
    subgraphRequest: ({ kind, outcome, ms }) => requests.observe({ kind, outcome }, ms / 1000),
    neighbourCall: ({ target, operation, outcome, ms }) => calls.observe({ target, operation, outcome }, ms / 1000),
    eventDelivered: ({ subscriber, lagMs }) => lag.observe({ subscriber }, lagMs / 1000),
    jobRun: ({ job, outcome, ms }) => jobs.observe({ job, outcome }, ms / 1000),
    text: () => registry.metrics(),
  };
}
