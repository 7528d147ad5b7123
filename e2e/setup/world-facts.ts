/** How the graph's services run: in one process, or each in its own. */
export type Topology = 'all in one' | 'distributed';
export const topologies: readonly Topology[] = ['all in one', 'distributed'];

/** Somebody who can sign in. */
export interface Account {
  readonly identifier: string;
  readonly password: string;
}

/** What a test file needs to know of the graphs that run for the whole test run. */
export interface WorldFacts {
  /** The replica set on which they keep their data; tests may make databases of their own there. */
  readonly mongoUri: string;
  readonly graphs: Readonly<Record<Topology, GraphFacts>>;
  /** Signs calls between the services. Given so that tests can try to forge them. */
  readonly internalSecret: string;
  /** The ids of two mini-programs of the platform that stands in for WeChat; it knows each `code-for-<name>` once. */
  readonly weChatApps: readonly [string, string];
}

/** One running graph. */
export interface GraphFacts {
  /** Of the gateway, without a path. */
  readonly url: string;
  /** Each subgraph's database is called `<prefix>_<name>`. */
  readonly databasePrefix: string;
  /** Where the subgraphs listen, by name; empty when they share the gateway's process. */
  readonly subgraphUrls: Readonly<Record<string, string>>;
  /** The first administrator. */
  readonly admin: Account;
}

const variable = 'FULLCHAIN_E2E_WORLD';

/** Tells every test file of this run, each of which is a process or a worker of its own. */
export function publishWorldFacts(facts: WorldFacts): void {
  process.env[variable] = JSON.stringify(facts);
}

/** The world of this run. Throws outside of `*.e2e.test.ts`. */
export function worldFacts(): WorldFacts {
  const text = process.env[variable];
  if (text === undefined) throw new Error('The world runs only for files named *.e2e.test.ts');
  return JSON.parse(text) as WorldFacts;
}
