import { runLogger } from '#kit/testing/run-logs.ts';
import { canBeOfRequest } from '#kit/testing/of-requests.ts';
import { testClock, type TestClock } from '#kit/clock/clock.ts';
import { createMetrics } from '#kit/metrics/metrics.ts';
import type { Subgraph } from '#kit/subgraph/subgraph.ts';
import type { CallPath, Transport } from '#kit/transport/transport.ts';
import { anonymousViewer, systemViewer, type Viewer } from '#kit/viewer/viewer.ts';
import { createApp } from '../app.ts';

/** What a neighbour answers to a path, for tests of this subgraph alone. */
export type Answers = Record<string, (body: never) => unknown>;

/** Answers are compared with exact values, which is all the typing that a test needs. */
// oxlint-disable-next-line typescript/no-explicit-any
export type Loose = any;
export interface Answer {
  readonly data?: Loose;
  readonly errors?: readonly Loose[] | undefined;
}

/** A command to MongoDB. */
export interface AskedCommand {
  readonly collection: string;
  readonly command: string;
}

/** The subgraph with a clock that stands, and neighbours that answer what the test says. */
export interface PromotionApp {
  readonly subgraph: Subgraph;
  readonly clock: TestClock;
  /** Every command that a request can have sent to MongoDB since the last `commands.length = 0`. */
  readonly commands: AskedCommand[];
  /** Runs a GraphQL document; the whole answer. */
  ask(query: string, variables: Record<string, unknown>, viewer: Viewer): Promise<Answer>;
  /** Calls an internal operation. */
  operate(operation: string, input: unknown, viewer?: Viewer): Promise<Loose>;
  /** Delivers an event. */
  tell(name: string, payload: Record<string, unknown> & { orderId: string }, id: string): Promise<unknown>;
}

const anonymous = anonymousViewer({ channel: 'web', locale: 'en' });
export const guestViewer: Viewer = anonymous;
export const staffViewer: Viewer = { ...anonymous, kind: 'STAFF', id: 'stf_1', scopes: ['promotion:write'] };

/** A member of tier 1 in the web channel who reads English. */
export function memberViewer(id: string, more: Partial<Viewer> = {}): Viewer {
  return { ...anonymous, kind: 'MEMBER', id, tierLevel: 1, ...more };
}

/** Whether it is the look of a job, which comes every ten seconds: a request finds tickets by their ids. */
function looksForLeftTickets(command: Readonly<Record<string, unknown>>): boolean {
  return command['find'] === 'flashTickets' && Object.hasOwn(command['filter'] as object, 'status');
}

/** Starts the subgraph on a database of its own. Stop it with `subgraph.stop()`. */
export async function startPromotionApp(options: {
  mongoUri: string;
  database: string;
  at: string;
  answers?: Answers;
  env?: Record<string, string>;
}): Promise<PromotionApp> {
  const clock = testClock(options.at);
  const commands: AskedCommand[] = [];
  const transport: Transport = {
    async call(target, path: CallPath, body) {
      const answer = options.answers?.[`${target}${path}`];
      if (!answer) throw new Error(`the test has no answer for ${target}${path}`);
      return answer(body as never);
    },
    close: async () => undefined,
  };
  const subgraph = await createApp({
    mongoUri: options.mongoUri,
    database: options.database,
    transport,
    clock,
    log: runLogger('promotion'),
    metrics: createMetrics('promotion'),
    async onDatabase(connection) {
      connection.getClient().on('commandStarted', ({ commandName, command }) => {
        const named: unknown = command[commandName];
        const asked = { collection: typeof named === 'string' ? named : '', command: commandName };
        if (canBeOfRequest(asked) && !looksForLeftTickets(command)) commands.push(asked);
      });
    },
    env: options.env ?? {},
  });
  await subgraph.migrate();
  commands.length = 0;
  return {
    subgraph,
    clock,
    commands,
    ask: (query, variables, viewer) =>
      subgraph.execute({ query, variables }, { viewer, requestId: 'req_test' }) as Promise<Answer>,
    operate: (operation, input, viewer = systemViewer('order', { locale: 'en' })) =>
      subgraph.call(`/internal/${operation}`, input, { viewer, requestId: 'req_test' }),
    tell: (name, payload, id) =>
      subgraph.call(
        '/events',
        { id, name, aggregateId: payload.orderId, version: 1, at: clock.now().toISOString(), payload },
        { viewer: systemViewer('order'), requestId: 'req_test' },
      ),
  };
}
