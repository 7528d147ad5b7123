import { once } from 'node:events';
import { describe, expect, test } from '@jest/globals';
import { newId } from '#kit/ids/ids.ts';
import { eventually } from '#kit/testing/eventually.ts';
import { shopIn } from '../testing/documents.ts';
import { member, onSale, orderWorld } from '../testing/order-world.ts';

const world = orderWorld();
const shop = shopIn(world);

/** A change that a transaction made, as the change stream tells of it. */
interface Told {
  readonly ns: { readonly coll: string };
  readonly documentKey: { readonly _id: string };
  readonly lsid?: { readonly id: { toString(encoding: 'hex'): string } };
  readonly txnNumber?: unknown;
  readonly updateDescription?: { readonly updatedFields?: Readonly<Record<string, unknown>> };
}

/** Which transaction set a field to a value. */
function commitOf(told: readonly Told[], coll: string, field: string, value: unknown): string | undefined {
  const found = told.find((one) => one.ns.coll === coll && one.updateDescription?.updatedFields?.[field] === value);
  return found && `${found.lsid?.id.toString('hex')} ${String(found.txnNumber)}`;
}

describe('the answer of a call', () => {
  test('that places an order, and of one that pays it, is committed with the effect', async () => {
    const database = world.db.connection.getClient().db(world.db.name);
    const stream = database.watch([{ $match: { operationType: 'update' } }], { maxAwaitTimeMS: 100 });
    const told: Told[] = [];
    stream.on('change', (change) => void told.push(change as unknown as Told));
    await once(stream, 'resumeTokenChanged');
    const mia = member(newId('member'));
    const { order } = await shop.place(mia, { lines: [{ skuId: onSale(world.neighbours), quantity: 1 }] });
    const { payment } = await shop.pay(mia, order.id);
    const answer = (id: string) => JSON.stringify({ ok: true, value: id });
    const commits = await eventually(() => {
      const all = [
        commitOf(told, 'orders', 'status', 'PENDING_PAYMENT'),
        commitOf(told, 'idempotency', 'result', answer(order.id)),
        commitOf(told, 'orders', 'status', 'PAID'),
        commitOf(told, 'idempotency', 'result', answer(payment.id)),
      ];
      return all.every((one) => one !== undefined) && all;
    });
    await stream.close();
    const [placed, placedAnswer, paid, paidAnswer] = commits || [];
    expect([placedAnswer, paidAnswer]).toEqual([placed, paid]);
    expect(placed).not.toBe(paid);
  });

  test('is recorded all the same when what was paid was paid twice, and one of both goes back', async () => {
    const mia = member(newId('member'));
    const { order } = await shop.place(mia, { lines: [{ skuId: onSale(world.neighbours), quantity: 1 }] });
    const keys = [newId('request'), newId('request')];
    const pay = (idempotencyKey: string | undefined) => shop.pay(mia, order.id, { idempotencyKey });
    const first = await Promise.all(keys.map(pay));
    const again = await Promise.all(keys.map(pay));
    const told = ({ payment, userErrors }: Awaited<ReturnType<typeof pay>>) => [
      payment?.id,
      userErrors.map((error: { code: string }) => error.code),
    ];
    expect(again.map(told)).toEqual(first.map(told));
    expect(first.filter(({ payment }) => payment !== null)).toHaveLength(1);
  });
});
