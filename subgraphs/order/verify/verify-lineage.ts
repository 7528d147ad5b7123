import type { Check } from '#kit/verification/verify-door.ts';
import type { Order } from '../order/domain/order.ts';
import type { Refund } from '../refund/domain/refund.ts';
import { mergeAccounts, splitAccounts } from './domain/lineage-accounts.ts';

/** Orders that took the place of others: nothing was lost or made on the way. */
export const verifyLineage: Check = async (moment, findings) => {
  for await (const orders of moment.batches<Order>('orders', { splitInto: { $exists: true } })) {
    const parts = await ofIds(orders.flatMap(({ splitInto }) => splitInto ?? []));
    for (const whole of orders) compare(splitAccounts(whole, pick(parts, whole.splitInto)));
  }
  for await (const orders of moment.batches<Order>('orders', { mergedFrom: { $exists: true } })) {
    const from = await ofIds(orders.flatMap(({ mergedFrom }) => mergedFrom ?? []));
    const orderId = { $in: orders.map((order) => order._id) };
    const changed = await moment.find<Refund>('refunds', { orderId, cause: 'ORDER_CHANGED' });
    for (const made of orders) {
      const back = changed.filter((refund) => refund.orderId === made._id);
      const givenBack = back.reduce((total, { amountMinor }) => total + amountMinor, 0);
      compare(mergeAccounts(made, pick(from, made.mergedFrom), givenBack));
    }
  }

  async function ofIds(ids: readonly string[]): Promise<Map<string, Order>> {
    const found = await moment.find<Order>('orders', { _id: { $in: ids } });
    return new Map(found.map((order) => [order._id, order]));
  }

  function compare({ invariant, subject, expected, found }: ReturnType<typeof splitAccounts>): void {
    findings.compare(invariant, subject, expected, found);
  }
};

function pick(orders: ReadonlyMap<string, Order>, ids: readonly string[] = []): Order[] {
  return ids.flatMap((id) => orders.get(id) ?? []);
}
