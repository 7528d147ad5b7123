import { pino } from 'pino';
import { createClient, type Client } from '../../e2e/world/client.ts';
import { homeAddress } from '../../e2e/world/shopper.ts';
import { uniqueCode } from '../../e2e/world/unique.ts';
import { systemClock } from '../../kit/clock/clock.ts';
import { createMetrics } from '../../kit/metrics/metrics.ts';
import { memberOperations } from '../../kit/neighbours/member.ts';
import { neighbourOf } from '../../kit/transport/neighbours.ts';
import { inProcessTransport } from '../../kit/transport/transport.ts';
import { anonymousViewer, systemViewer } from '../../kit/viewer/viewer.ts';
import { createApp } from '../../subgraphs/member/app.ts';
import { createPasswordHasher } from '../../subgraphs/member/password/password-hasher.ts';

/** Where the crowd is to shop. */
export interface CrowdPlace {
  readonly mongoUri: string;
  readonly databasePrefix: string;
  /** Of the gateway. */
  readonly url: string;
  /** With which the graph keeps its signing keys. */
  readonly memberKeySecret: string;
}

const loadedAtOnce = 500;
const signedInAtOnce = 50;
const password = 'a good password';
const signIn = `mutation ($input: SignInInput!) { signIn(input: $input) { session { accessToken } userErrors { code } } }`;

/**
 * Signs members in, each with an address and some points. That is preparation, so it goes by the member subgraph's own code on the graph's database, with a
 * hash that costs next to nothing: by the door, passwords alone would take minutes.
 */
export async function gatherCrowd(place: CrowdPlace, size: number, points: number): Promise<Client[]> {
  const secret = place.memberKeySecret;
  const nobody = inProcessTransport({ subgraphOf: () => undefined, secrets: [secret], clock: systemClock });
  const member = await createApp(
    {
      mongoUri: place.mongoUri,
      database: `${place.databasePrefix}_member`,
      transport: nobody,
      clock: systemClock,
      log: pino({ level: 'silent' }),
      metrics: createMetrics('member'),
      env: { MEMBER_KEY_SECRET: secret, PERSONAL_DATA_KEYS: secret },
    },
    createPasswordHasher({ log2N: 6, r: 8, p: 1 }),
  );
  const way = inProcessTransport({
    subgraphOf: () => member,
    secrets: [secret],
    clock: systemClock,
    timeoutMs: 60_000,
  });
  try {
    const run = uniqueCode().toLowerCase();
    const emails = Array.from({ length: size }, (_, index) => `crowd-${run}-${index}@example.com`);
    const doors = neighbourOf(memberOperations, way);
    for (let from = 0; from < size; from += loadedAtOnce) {
      const members = emails.slice(from, from + loadedAtOnce).map((email) => ({
        displayName: '人群',
        email,
        password,
        growth: 0,
        pointsBalance: points,
        addresses: [homeAddress],
        createdAt: new Date().toISOString(),
      }));
      await doors.loadMembers({ members }, { viewer: systemViewer('bench'), requestId: `crowd-${from}` });
    }
    const viewer = anonymousViewer({ channel: 'web', locale: 'zh-CN' });
    const clients = await atMost(signedInAtOnce, emails, async (identifier) => {
      const variables = { input: { identifier, password } };
      const { data } = await member.execute({ query: signIn, variables }, { viewer, requestId: identifier });
      const token = (data as { signIn?: { session?: { accessToken: string } } } | null)?.signIn?.session?.accessToken;
      if (token === undefined) throw new Error(`${identifier} could not sign in`);
      return createClient({ url: place.url, token });
    });
    return clients;
  } finally {
    await member.stop();
    await way.close();
  }
}

/** Does something with every item, so many at once; in the items' order. */
export async function atMost<Item, Result>(
  limit: number,
  items: readonly Item[],
  each: (item: Item, index: number) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const queue = items.entries();
  await Promise.all(
    Array.from({ length: Math.min(limit, items.length) }, async () => {
      for (const [index, item] of queue) results[index] = await each(item, index);
    }),
  );
  return results;
}
