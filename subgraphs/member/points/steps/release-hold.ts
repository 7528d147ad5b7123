import type { Session } from '#kit/mongo/transaction.ts';
import { release } from '../domain/ledger.ts';
import type { OrderPoints } from '../domain/order-points.ts';
import type { PointsStore } from '../store/points-store.ts';

/** Releases an order's hold if it has one, in the caller's transaction; answers how many points came back. */
export async function releaseHold(
  points: PointsStore,
  session: Session,
  order: OrderPoints,
  at: Date,
): Promise<number> {
  const { tender, orderId, memberId } = order;
  if (tender?.state !== 'HELD') return 0;
  const account = await points.find(memberId, session);
  await points.save(session, release(account, tender.takes, { cause: { kind: 'ORDER', id: orderId }, at }));
  await points.saveOrderPoints(session, { ...order, tender: { ...tender, state: 'RELEASED' } });
  return tender.points;
}
