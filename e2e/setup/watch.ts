import type { SubgraphName } from '#kit/events/events.ts';
import type { Subgraph } from '#kit/subgraph/subgraph.ts';
import type { CreateApp } from '#kit/subgraph/wiring.ts';

/** A GraphQL request that reached a subgraph. */
export interface SeenRequest {
  readonly subgraph: SubgraphName;
  /** An entity fetch of the gateway, or an operation's own root fields. */
  readonly kind: 'entities' | 'operation';
  readonly query: string;
}

/** A command that a subgraph sent to its database. */
export interface SeenCommand {
  readonly subgraph: SubgraphName;
  readonly collection: string;
  readonly command: string;
}

/** What went on inside a graph, in order. */
export interface Watch {
  readonly requests: SeenRequest[];
  readonly commands: SeenCommand[];
  /** Forgets everything seen so far. */
  restart(): void;
}

export function createWatch(): Watch {
  const requests: SeenRequest[] = [];
  const commands: SeenCommand[] = [];
  return {
    requests,
    commands,
    restart() {
      requests.length = 0;
      commands.length = 0;
    },
  };
}

/** The same app, whose every request and database command is noted. */
export function watched(name: SubgraphName, createApp: CreateApp, watch: Watch): CreateApp {
  return async (wiring) => {
    const { metrics } = wiring;
    const subgraph: Subgraph = await createApp({
      ...wiring,
      metrics: {
        ...metrics,
        mongoCommand(measured) {
          watch.commands.push({ subgraph: name, collection: measured.collection, command: measured.command });
          metrics.mongoCommand(measured);
        },
      },
    });
    return {
      ...subgraph,
      call(path, body, call) {
        if (path === '/graphql') {
          const { query } = body as { query: string };
          watch.requests.push({ subgraph: name, kind: query.includes('_entities') ? 'entities' : 'operation', query });
        }
        return subgraph.call(path, body, call);
      },
    };
  };
}
