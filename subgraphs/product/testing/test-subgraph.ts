import { afterAll, beforeAll } from '@jest/globals';
import { runLogger } from '#kit/testing/run-logs.ts';
import { testClock, type TestClock } from '#kit/clock/clock.ts';
import { createMetrics, type Metrics } from '#kit/metrics/metrics.ts';
import type { Subgraph } from '#kit/subgraph/subgraph.ts';
import type { TestDatabase } from '#kit/testing/test-database.ts';
import { canBeOfRequest } from '#kit/testing/of-requests.ts';
import { NeighbourError, type Call, type Transport } from '#kit/transport/transport.ts';
import { anonymousViewer, systemViewer, type Viewer } from '#kit/viewer/viewer.ts';
import { createApp } from '../app.ts';

/** What a neighbour answers, by operation: `{ 'logistics/receiveStock': (input) => … }`. Any other is unavailable. */
export type NeighbourAnswers = Record<string, (input: never) => unknown>;

/** The product subgraph on a test's own database, asked as over the wire. */
export interface TestSubgraph {
  readonly subgraph: () => Subgraph;
  readonly clock: TestClock;
  /** Told of every command, while somebody listens. */
  readonly commands: { collection: string; command: string }[];
  /** Runs a document; throws when the answer holds errors. */
  ask<Data = Record<string, never>>(viewer: Viewer, query: string, variables?: Record<string, unknown>): Promise<Data>;
  /** The codes of the errors that the document is answered with. */
  errorCodes(viewer: Viewer, query: string, variables?: Record<string, unknown>): Promise<unknown[]>;
  /** Calls an internal operation or hands an event in, as one of our services. */
  call(path: `/internal/${string}` | '/events', body: unknown, viewer?: Viewer): Promise<unknown>;
}

const requestId = 'req_test';

/** A shopper who has not signed in, in the web shop unless told. */
export const shopper = (channel = 'web', locale: Viewer['locale'] = 'zh-CN'): Viewer =>
  anonymousViewer({ channel, locale });

/** A merchandiser. */
export const merchandiser: Viewer = {
  ...shopper(),
  kind: 'STAFF',
  id: 'stf_test',
  scopes: ['catalog:write', 'stock:write', 'supplier:cost'],
};

/** Starts the subgraph for the tests of a file, with neighbours that answer as told. Call it at the top level of a `*.mongo.test.ts`. */
export function testSubgraph(
  database: TestDatabase,
  neighbours: NeighbourAnswers = {},
  env: Readonly<Record<string, string>> = {},
): TestSubgraph {
  const clock = testClock('2026-06-01T08:00:00Z');
  const commands: TestSubgraph['commands'] = [];
  const transport: Transport = {
    async call(target, path, body) {
      const answer = neighbours[`${target}${path.replace('/internal', '')}`];
      if (answer === undefined) throw new NeighbourError('UNAVAILABLE', target, 'not part of this test');
      return answer(body as never);
    },
    async close() {},
  };
  let running: Subgraph | undefined;
  const subgraph = () => {
    if (running === undefined) throw new Error('the subgraph is not started yet');
    return running;
  };
  beforeAll(async () => {
    const metrics: Metrics = {
      ...createMetrics('product'),
      mongoCommand: ({ collection, command }) => {
        if (canBeOfRequest({ collection, command })) commands.push({ collection, command });
      },
    };
    const log = runLogger('product');
    running = await createApp({
      mongoUri: database.uri,
      database: database.name,
      transport,
      clock,
      log,
      metrics,
      env,
    });
    await running.migrate();
    await running.start();
  });
  afterAll(async () => {
    await running?.stop();
  });

  const execute = (viewer: Viewer, query: string, variables: Record<string, unknown>) => {
    const call: Call = { viewer, requestId };
    return subgraph().execute({ query, variables }, call);
  };
  return {
    subgraph,
    clock,
    commands,
    async ask<Data>(viewer: Viewer, query: string, variables = {}) {
      const { data, errors } = await execute(viewer, query, variables);
      if (errors !== undefined) throw new Error(JSON.stringify(errors));
      // Only JSON leaves a subgraph: no prototypes, no undefined.
      return JSON.parse(JSON.stringify(data)) as Data;
    },
    async errorCodes(viewer, query, variables = {}) {
      const { errors = [] } = await execute(viewer, query, variables);
      return errors.map(({ extensions }) => extensions?.['code']);
    },
    call: (path, body, viewer = systemViewer('test')) => subgraph().call(path, body, { viewer, requestId }),
  };
}
