import type { GraphQLSchema } from 'graphql';
import type { Connection } from 'mongoose';
import type { Logger } from 'pino';
import type { ChangeFeed } from '#kit/change-feed/change-feed.ts';
import type { Clock } from '#kit/clock/clock.ts';
import type { SubgraphName } from '#kit/events/events.ts';
import type { BaseContext } from '#kit/graphql/base-context.ts';
import type { GraphAnswer, GraphRequest } from '#kit/graphql/executor.ts';
import type { FreeToUse } from '#kit/graphql/watched-context.ts';
import type { Reaction } from '#kit/inbox/inbox.ts';
import type { Job } from '#kit/jobs/jobs.ts';
import type { Metrics } from '#kit/metrics/metrics.ts';
import type { Migration } from '#kit/mongo/migrations.ts';
import type { Outbox } from '#kit/outbox/outbox.ts';
import type { ProvidedOperations } from '#kit/transport/neighbours.ts';
import type { Call, CallPath, CallTarget, Transport } from '#kit/transport/transport.ts';
import type { Route } from './routes.ts';

/** Everything a subgraph is made of, wired in its `app.ts`. */
export interface SubgraphSpec<Context extends BaseContext = BaseContext> {
  readonly name: SubgraphName;
  /** The connection to its own database. */
  readonly connection: Connection;
  /** From `loadTypeDefs(name)`. */
  readonly typeDefs: string;
  /** From `combineResolvers(…)`. */
  readonly resolvers: object;
  /** Called once per request: add loaders and actions to what every request has. */
  readonly context: (request: BaseContext) => Context;
  /**
   * What of a shopper's context holds near caches and what follows from those alone: what is answered from nothing else, and from what the viewer has in common with others, is remembered
   * while they hold. Without it, or with null, nothing is.
   */
  readonly fromMemory?: FreeToUse<Omit<Context, 'viewer'>> | null;
  readonly operations?: ProvidedOperations;
  readonly reactions?: readonly Reaction[];
  readonly jobs?: readonly Job[];
  readonly migrations?: readonly Migration[];
  /** Public REST routes, for callbacks of other platforms. */
  readonly routes?: readonly Route[];
  readonly outbox: Outbox;
  /** Followed from the start of the subgraph to its rest. */
  readonly changes: ChangeFeed;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Carries the subgraph's events to their subscribers. */
  readonly transport: Transport;
}

/** A subgraph, ready to run in either topology. */
export interface Subgraph extends CallTarget {
  readonly name: SubgraphName;
  readonly schema: GraphQLSchema;
  readonly routes: readonly Route[];
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly clock: Clock;
  /** Runs one GraphQL request for a viewer. */
  execute(request: GraphRequest, call: Call): Promise<GraphAnswer>;
  /** What a transport reaches after it verified the signature. Throws `NeighbourError` only. */
  call(path: CallPath, body: unknown, call: Call): Promise<unknown>;
  /** The subgraph's dependencies by name: true when they answer. */
  ready(): Promise<Record<string, boolean>>;
  /** Brings the database to the state that this version needs. Safe to run from several replicas at once. */
  migrate(): Promise<void>;
  /** Starts the relay and the jobs. */
  start(): Promise<void>;
  /** Runs a job now, due or not, and waits for its end: for operators and tests. */
  runJob(name: string): Promise<void>;
  /** Stops the relay and the jobs, finishing what is in flight, and waits for a moment until nothing is being answered; calls are still answered. */
  rest(): Promise<void>;
  /** Rests and closes the database connection. */
  stop(): Promise<void>;
}
