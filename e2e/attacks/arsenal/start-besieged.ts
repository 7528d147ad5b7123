import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mustNotBeLogged } from '#kit/testing/run-logs.ts';
import { CreateStaffDocument, SignInDocument } from '../../__generated__/operations.ts';
import { startGraph } from '../../setup/start-graph.ts';
import { openCarriers } from '../../world/carriers.ts';
import { accepted, type Client } from '../../world/client.ts';
import { aShop } from '../../world/shop.ts';

/** A shop as it runs in production, to be attacked: six processes, each with `NODE_ENV=production`, and guarded. */
export interface Besieged {
  /** Of the gateway, without a path. */
  readonly url: string;
  /** Of the start script, from which all processes descend. */
  readonly pid: number;
  /** Nobody, a member, and somebody who may write documents. */
  readonly callers: Readonly<Record<'stranger' | 'shopper' | 'analyst', Client>>;
  stop(): Promise<void>;
}

/** Starts it on a MongoDB, with databases and secrets of its own. */
export async function startBesieged(mongoUri: string, onLine: (line: string) => void): Promise<Besieged> {
  const folder = await mkdtemp(join(tmpdir(), 'fullchain-besieged-'));
  const secret = randomBytes(32).toString('hex');
  const admin = { identifier: 'admin@attacks.example', password: randomBytes(16).toString('hex') };
  for (const each of [secret, admin.password]) mustNotBeLogged(each);
  const { facts, pid, stop } = await startGraph('distributed', {
    mongoUri,
    databasePrefix: `besieged_${randomBytes(4).toString('hex')}`,
    dataDir: folder,
    admin,
    env: {
      ...{ NODE_ENV: 'production', GRAPH_ACCESS: 'guarded', ALLOW_TEST_PAYMENTS: 'false', PAYMENT_TEST_SECRET: '' },
      ...{ INTERNAL_CALL_SECRETS: secret, MEMBER_KEY_SECRET: secret, PERSONAL_DATA_KEYS: secret },
      LOG_LEVEL: 'debug',
    },
    onLine,
  });
  const end = async () => {
    await stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await openCarriers(facts);
    const shop = await aShop(facts);
    const account = { email: 'analyst@attacks.example', password: 'a good password for analysts' };
    const { createStaff } = await shop.staff.ask(CreateStaffDocument, {
      input: { ...account, displayName: 'A', roles: ['ANALYST'] },
    });
    accepted(createStaff, 'staff');
    const { signIn } = await shop.guest().ask(SignInDocument, {
      input: { identifier: account.email, password: account.password },
    });
    const callers = {
      stranger: shop.guest(),
      shopper: (await shop.shopper({ region: null })).client,
      analyst: shop.guest({ token: accepted(signIn, 'session').accessToken }),
    };
    return { url: facts.url, pid, callers, stop: end };
  } catch (error) {
    await end();
    throw error;
  }
}
