import mongoose from 'mongoose';
import { pino } from 'pino';
import { subgraphNames } from '#kit/events/events.ts';
import { eventually } from '#kit/testing/eventually.ts';
import { openBooks } from '../../scripts/verify/open-books.ts';
import { workingStates } from '../../subgraphs/order/edit/domain/order-edit.ts';
import type { VerifiedInvariant } from '../../scripts/verify/verified-invariant.ts';
import { verifyGraph } from '../../scripts/verify/verify-graph.ts';
import { testSettings } from '../setup/test-settings.ts';
import type { GraphUnderFire } from './graph-under-fire.ts';
import { brokenOf, type KeptOrder, type Promised } from './shopping/promises.ts';

/** What became of it all. */
export interface Verdict {
  /** From when everybody had gone home until every order was whole or gone, milliseconds. */
  readonly wholeAfterMs: number;
  /** What was under way for longer than it may be, one line for each kind. */
  readonly unfinished: readonly string[];
  /** Acknowledged orders that are lost or changed, one line each. */
  readonly broken: readonly string[];
  readonly verified: readonly VerifiedInvariant[];
}

const wholeWithinMs = 60_000;
/** The unpaid ones expire a minute after they were placed, and are closed by a job. */
const expiredWithinMs = 90_000;
/** Holds younger than two minutes may be on their way and are left alone; nothing is, any more, when this judge looks. */
const laterMs = 125_000;

/**
 * Waits until every order is whole or gone, at most a minute, and until those that expire soon have expired; then compares all books, and every promise with
 * what is kept, whether or not all came to its end.
 */
export async function judge(graph: GraphUnderFire, promised: readonly Promised[]): Promise<Verdict> {
  const { mongoUri, facts, secret } = graph;
  const begunAt = performance.now();
  const unfinished: string[] = [];
  const connection = await mongoose.createConnection(mongoUri).asPromise();
  try {
    const database = (name: string) => connection.getClient().db(`${facts.databasePrefix}_${name}`);
    const orders = database('order').collection<KeptOrder>('orders');
    await eventually(
      async () => {
        const underWay = {
          placings: await orders.countDocuments({ status: 'PLACING' }),
          cancellations: await orders.countDocuments({ status: 'PAID', 'cancellation.id': { $exists: true } }),
          edits: await database('order')
            .collection('orderEdits')
            .countDocuments({ state: { $in: workingStates } }),
          refunds: await database('order').collection('refunds').countDocuments({ status: 'PENDING' }),
          events: 0,
        };
        for (const name of subgraphNames) {
          underWay.events += await database(name)
            .collection('outbox')
            .countDocuments({ pendingFor: { $gt: '' } });
        }
        const left = Object.entries(underWay).filter(([, count]) => count > 0);
        if (left.length > 0) throw new Error(`unfinished after ${wholeWithinMs / 1_000} s: ${JSON.stringify(left)}`);
      },
      { withinMs: wholeWithinMs, everyMs: 250 },
    ).catch((error: unknown) => void unfinished.push(String(error)));
    const wholeAfterMs = performance.now() - begunAt;
    const soon = new Date(Date.now() + laterMs);
    await eventually(
      async () => {
        const unpaid = await orders.countDocuments({ status: 'PENDING_PAYMENT', expiresAt: { $lte: soon } });
        if (unpaid > 0) throw new Error(`unpaid after ${expiredWithinMs / 1_000} s more: ${unpaid}`);
      },
      { withinMs: expiredWithinMs, everyMs: 500 },
    ).catch((error: unknown) => void unfinished.push(String(error)));
    const kept = await orders.find({ _id: { $in: promised.map(({ orderId }) => orderId) } }).toArray();
    const byId = new Map(kept.map((order) => [order._id, order]));
    const broken = promised.flatMap((promise) => brokenOf(promise, byId.get(promise.orderId)));
    return {
      wholeAfterMs,
      unfinished,
      broken,
      verified: await compareBooks({ mongoUri, secret, prefix: facts.databasePrefix }),
    };
  } finally {
    await connection.destroy();
  }
}

async function compareBooks({ mongoUri, secret, prefix }: { mongoUri: string; secret: string; prefix: string }) {
  const books = await openBooks({
    mongoUri,
    databasePrefix: prefix,
    secrets: [secret],
    log: pino({ level: 'silent' }),
    clock: { now: () => new Date(Date.now() + laterMs) },
    env: { NODE_ENV: 'development', ...testSettings, MEMBER_KEY_SECRET: secret, PERSONAL_DATA_KEYS: secret },
  });
  try {
    return await verifyGraph({ transport: books.transport });
  } finally {
    await books.close();
  }
}
