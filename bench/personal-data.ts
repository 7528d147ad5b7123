import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newId } from '#kit/ids/ids.ts';
import { connectMongo } from '#kit/mongo/connect.ts';
import { createPersonalData, type PersonalData } from '#kit/personal-data/personal-data.ts';
import { startMongod } from '../scripts/mongo/start-mongod.ts';
import { table } from './report.ts';

/** How the benchmark is run. */
export interface PersonalDataOptions {
  /** People whose keys are made, read and wrapped anew. */
  readonly people: number;
  /** Addresses that are sealed and opened with a key that is remembered. */
  readonly addresses: number;
  /** The median of so many rounds counts. */
  readonly rounds: number;
}

const address = JSON.stringify({
  recipient: '王小明',
  phone: '13800138000',
  city: '上海市',
  line: '浦东新区世纪大道 1 号 8 楼',
  postalCode: '200120',
});
const secrets = [randomBytes(32).toString('hex'), randomBytes(32).toString('hex')];
const placeOf = (owner: string) => ({ owner, field: 'orders.address', of: 'ord_1' });

/** What it costs to seal and open an address, and what a person's key costs. Gives markdown. */
export async function personalDataBenchmark(
  options: PersonalDataOptions,
  log: (line: string) => void,
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'fullchain-bench-'));
  const stops: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
  try {
    const mongod = await startMongod({ dataDir: join(folder, 'db'), port: 0, cacheGb: 1, throwaway: true, log });
    stops.push(() => mongod.stop());
    let commands = 0;
    const connection = await connectMongo({
      uri: mongod.uri,
      database: 'bench',
      appName: 'bench',
      onCommand: () => void (commands += 1),
    });
    stops.push(() => connection.close());
    const processWith = (...given: string[]): PersonalData =>
      createPersonalData(connection, {
        scope: 'bench',
        secrets: given,
        limits: { mostRemembered: options.people + 1 },
      });

    const rounds: Map<string, { us: number; commands: number }>[] = [];
    for (let round = 0; round < options.rounds; round += 1) {
      const measured = new Map<string, { us: number; commands: number }>();
      const measure = async <T>(name: string, times: number, work: () => Promise<T>): Promise<T> => {
        const [begun, before] = [performance.now(), commands];
        const result = await work();
        measured.set(name, {
          us: ((performance.now() - begun) * 1_000) / times,
          commands: (commands - before) / times,
        });
        return result;
      };
      await oneRound({ options, processWith, measure });
      rounds.push(measured);
      log(`round ${round + 1} of ${options.rounds}`);
    }
    const names = [...(rounds[0]?.keys() ?? [])];
    const rows = names.map((name) => {
      const sorted = rounds.map((round) => round.get(name) ?? { us: 0, commands: 0 }).sort((a, b) => a.us - b.us);
      const middle = sorted[Math.floor(sorted.length / 2)] ?? { us: 0, commands: 0 };
      return [name, middle.us.toFixed(1), middle.commands.toFixed(4)];
    });
    return table(['each', 'µs', 'commands to MongoDB'], rows);
  } finally {
    for (const stop of stops.toReversed()) await stop();
  }
}

interface Round {
  readonly options: PersonalDataOptions;
  readonly processWith: (...secrets: string[]) => PersonalData;
  readonly measure: <T>(name: string, times: number, work: () => Promise<T>) => Promise<T>;
}

async function oneRound({ options: { people, addresses }, processWith, measure }: Round): Promise<void> {
  const [old = '', fresh = ''] = secrets;
  const owners = Array.from({ length: people }, () => newId('member'));
  const together = (data: PersonalData, work: (data: PersonalData, owner: string) => Promise<unknown>) =>
    Promise.all(owners.map((owner) => work(data, owner)));
  const first = processWith(old);
  const sealed = await measure('address of a new person, all at once', people, () =>
    Promise.all(owners.map((owner) => first.seal(address, placeOf(owner)))),
  );
  const byOwner = new Map(owners.map((owner, index) => [owner, sealed[index] ?? '']));
  await measure('address of a person whose key is not remembered, all at once', people, () =>
    together(processWith(old), (data, owner) => data.open(byOwner.get(owner) ?? '', placeOf(owner))),
  );
  const other = processWith(old);
  await measure('the same, one after the other', Math.min(people, 300), async () => {
    for (const owner of owners.slice(0, 300)) await other.open(byOwner.get(owner) ?? '', placeOf(owner));
  });
  const [owner = ''] = owners;
  await measure('sealing, key remembered', addresses, async () => {
    for (let index = 0; index < addresses; index += 1) await first.seal(address, placeOf(owner));
  });
  const one = byOwner.get(owner) ?? '';
  await measure('opening, key remembered', addresses, async () => {
    for (let index = 0; index < addresses; index += 1) await first.open(one, placeOf(owner));
  });
  await first.blindIndex('PHONE', '+8613800138000');
  await measure('blind index', addresses, async () => {
    for (let index = 0; index < addresses; index += 1) await first.blindIndex('PHONE', `+86138${index}`);
  });
  const turning = processWith(fresh, old);
  await measure('wrapping a key anew', people, () => turning.rewrap(new AbortController().signal));
  // The next round begins with the first secret again.
  await processWith(old, fresh).rewrap(new AbortController().signal);
}
