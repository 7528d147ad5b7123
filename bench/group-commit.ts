import { systemClock } from '../kit/clock/clock.ts';
import { createIdempotency } from '../kit/idempotency/idempotency.ts';
import { createOnce } from '../kit/idempotency/once.ts';
import { newId } from '../kit/ids/ids.ts';
import { createLogger } from '../kit/logging/logger.ts';
import { connectMongo, ensureIndexes } from '../kit/mongo/connect.ts';
import { createTransact } from '../kit/mongo/transaction.ts';
import { createOutbox } from '../kit/outbox/outbox.ts';
import { createActions } from '../subgraphs/logistics/actions.ts';
import { readLogisticsConfig } from '../subgraphs/logistics/config.ts';
import type { ReservationCommand } from '../subgraphs/logistics/reservation/actions/settle-reservations.ts';
import { createAvailabilityCache } from '../subgraphs/logistics/stock/memory/availability-cache.ts';
import { createStores } from '../subgraphs/logistics/stores.ts';
import { inALoop, type Looped } from './measure/in-a-loop.ts';
import { usageOf } from './measure/processes.ts';
import { inSurroundings } from './measure/surroundings.ts';
import { table } from './report.ts';

/** Processor time is in milliseconds per reservation. */
interface Measured extends Looped {
  readonly cpuMs: number;
  readonly mongodCpuMs: number;
}

/** How reservations are measured. */
export interface GroupCommitBenchmarkOptions {
  /** Who ask at once, each again as soon as it is answered. */
  readonly callers: number;
  /** Of each measured run. */
  readonly seconds: number;
  /** How often each way is run; the run with the median throughput counts. */
  readonly rounds: number;
}

const skuId = 'sku_hot';
const plenty = 100_000_000;

/**
 * Reservations of one unit of one SKU, at the store, in three ways that take turns on one MongoDB: as logistics makes them (group commit), the very
 * same work as one transaction for each call, and one conditional update of the stock level for each call, which leaves no reservation behind.
 * Gives markdown.
 */
export async function groupCommitBenchmark(
  options: GroupCommitBenchmarkOptions,
  log: (line: string) => void,
): Promise<string> {
  return inSurroundings(log, async ({ mongod }) => {
    const shop = await openShop(mongod.uri);
    try {
      const runs = new Map<string, Measured[]>(Object.keys(shop.ways).map((name) => [name, []]));
      for (let round = 0; round < options.rounds; round += 1) {
        for (const [name, reserve] of Object.entries(shop.ways)) {
          // A moment unmeasured, so that code and caches are warm.
          await inALoop(reserve, { ...options, seconds: 0.5 });
          const looped = await measure(reserve, mongod.pid, options);
          runs.get(name)?.push(looped);
          log(`${name}: ${looped.perSecond.toFixed(0)}/s, p99 ${looped.p99.toFixed(0)} ms`);
        }
      }
      const wrong = await shop.discrepancies();
      const rows = [...runs].map(([name, looped]) => rowOf(name, medianOf(looped)));
      return [
        table(['one hot SKU', 'reservations/s', 'p50 ms', 'p99 ms', 'CPU µs each', 'of which mongod', 'failed'], rows),
        '',
        `${options.callers} callers; ${wrong} units by which stock levels and reservations disagree afterwards.`,
      ].join('\n');
    } finally {
      await shop.close();
    }
  });
}

async function openShop(uri: string) {
  const connection = await connectMongo({ uri, database: 'bench_logistics', appName: 'fullchain-bench' });
  const outbox = createOutbox(connection, { source: 'logistics' });
  const stores = createStores(outbox);
  const transact = createTransact(connection, { firstRows: true });
  // Some calls starve: without an end they would fight on for two minutes after their time.
  const transactAlone = createTransact(connection, { giveUpAfterMs: 10_000 });
  const actions = createActions({
    stores,
    shown: createAvailabilityCache(stores, null),
    transact,
    transactGroup: createTransact(connection, { giveUpAfterMs: 1_000 }),
    once: createOnce(createIdempotency(connection)),
    skus: { idsByCodes: async () => new Map() },
    outbox,
    clock: systemClock,
    policy: readLogisticsConfig({}),
    log: createLogger({ service: 'logistics', level: 'warn' }),
  });
  await ensureIndexes(connection);
  const at = systemClock.now();
  const warehouseId = await addWarehouse(actions);
  const lines = [{ warehouseCode: 'SH-C1', skuId, quantity: 1_000_000 }];
  for (let count = 0; count < plenty / 1_000_000; count += 1) {
    await actions.loadStock({ caller: 'bench', idempotencyKey: `load ${count}`, at, lines });
  }
  const levels = connection.collection<{ _id: string; reserved: number; available: number }>('stockLevels');
  const levelId = `${warehouseId}:${skuId}`;
  let withoutReservation = 0;

  return {
    ways: {
      'group commit': async () => (await actions.desk(order())).ok,
      'a transaction per call': async () => {
        const state = await actions.networkNow();
        const [outcome] = await transactAlone((session) => actions.settle(session, [order()], state));
        return outcome?.ok === true;
      },
      'a conditional update per call': async () => {
        const taken = await levels.updateOne(
          { _id: levelId, available: { $gte: 1 } },
          { $inc: { reserved: 1, available: -1 } },
        );
        withoutReservation += taken.modifiedCount;
        return taken.modifiedCount === 1;
      },
    },
    async discrepancies() {
      const level = await levels.findOne({ _id: levelId });
      const reservations = await connection.collection('reservations').countDocuments({});
      return Math.abs((level?.reserved ?? 0) - reservations - withoutReservation);
    },
    close: () => connection.close(),
  };
}

async function addWarehouse({ changeNetwork }: ReturnType<typeof createActions>): Promise<string> {
  const name = { zh: '上海中央仓', en: 'Shanghai central' };
  const rate = { zone: 'LOCAL' as const, firstKgMinor: 800, extraKgMinor: 200, minDays: 0, maxDays: 1 };
  const loaded = await changeNetwork.load({
    carriers: [{ code: 'SF', name, rates: [rate] }],
    warehouses: [
      {
        ...{ code: 'SH-C1', name, tier: 'CENTRAL', region: '上海市', city: '上海市', parentCode: null },
        ...{
          coverage: null,
          channels: null,
          cutoff: '16:00',
          carrierCode: 'SF',
          handlingMinor: 100,
          dailyParcels: 1000,
        },
      },
    ],
  });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.refusals));
  return loaded.value[0]?.id ?? '';
}

/** A new order for one unit. */
function order(): ReservationCommand {
  const lines = [{ orderLineId: newId('orderLine'), skuId, quantity: 1, weightGrams: 500 }];
  const request = { orderId: newId('order'), attempt: 1, lines, expiresAt: new Date(Date.now() + 30 * 60_000) };
  return { kind: 'RESERVE', request, destination: { channel: 'web', region: '上海市' } };
}

async function measure(
  reserve: () => Promise<boolean>,
  mongodPid: number,
  options: GroupCommitBenchmarkOptions,
): Promise<Measured> {
  const used = async () => ({ ours: process.cpuUsage(), mongod: (await usageOf(mongodPid)).cpuMs });
  const before = await used();
  const looped = await inALoop(reserve, options);
  const after = await used();
  const ours = (after.ours.user + after.ours.system - before.ours.user - before.ours.system) / 1_000;
  const mongod = after.mongod - before.mongod;
  const done = Math.max(1, looped.calls - looped.failures);
  return { ...looped, cpuMs: (ours + mongod) / done, mongodCpuMs: mongod / done };
}

function medianOf(runs: readonly Measured[]): Measured {
  const sorted = runs.toSorted((one, other) => one.perSecond - other.perSecond);
  const median = sorted[Math.floor(sorted.length / 2)];
  if (median === undefined) throw new Error('nothing was measured');
  return median;
}

function rowOf(name: string, measured: Measured): string[] {
  const { perSecond, p50, p99, cpuMs, mongodCpuMs, failures } = measured;
  const micros = (ms: number): string => (ms * 1_000).toFixed(0);
  return [
    name,
    perSecond.toFixed(perSecond < 100 ? 1 : 0),
    p50.toFixed(1),
    p99.toFixed(1),
    micros(cpuMs),
    micros(mongodCpuMs),
    String(failures),
  ];
}
