import { busy } from '#kit/graphql/errors.ts';
import { newId } from '#kit/ids/ids.ts';
import type { Session, Transact } from '#kit/mongo/transaction.ts';
import type { Call } from '#kit/transport/transport.ts';
import { accepted, refused, type Outcome, type Refusal } from '#kit/user-error/user-error.ts';
import type { WarehouseRegrouping } from '../../neighbours.ts';
import { giveWay } from '../../order/domain/order-changes.ts';
import type { Order } from '../../order/domain/order.ts';
import type { ChangeListener } from '../../order/store/order-moves.ts';
import type { Orders } from '../../order/store/orders.ts';
import type { OrderPrivacy } from '../../personal-data/order-privacy.ts';
import type { RefundDesk } from '../../refund/actions/refund-desk.ts';
import type { Regrouping } from '../domain/regrouping.ts';
import { joinedWish, mergeOrders } from '../domain/merge.ts';
import { splitOrder } from '../domain/split.ts';
import type { Regroupings } from '../store/regroupings.ts';

interface CarryOutParts {
  readonly regroupings: Regroupings;
  readonly orders: Orders;
  readonly changes: ChangeListener;
  readonly refundDesk: RefundDesk;
  readonly logistics: Pick<WarehouseRegrouping, 'regroupOrders'>;
  readonly privacy: Pick<OrderPrivacy, 'addressOf' | 'wishOf' | 'wordsOf' | 'sealDelivery' | 'sealWords'>;
  readonly transact: Transact;
}

const leaseMs = 15_000;

/** Until when somebody who begins now is at work on a regrouping. */
export function regroupingLease(now: Date): Date {
  return new Date(now.getTime() + leaseMs);
}

export type CarryOutRegrouping = ReturnType<typeof createCarryOutRegrouping>;

/**
 * Splits or merges what was written down: the warehouses regroup the goods, all or nothing, and then the orders give their place to the new ones in one write. Once the
 * warehouses have done it nothing can forbid it any more, so it is finished however often it takes. The ids of the new orders, or why the warehouses refused.
 */
export function createCarryOutRegrouping(parts: CarryOutParts) {
  const { regroupings, orders, changes, refundDesk, logistics, privacy, transact } = parts;

  async function givers(regrouping: Regrouping, session?: Session): Promise<Order[]> {
    const found: Order[] = [];
    for (const id of regrouping.from) {
      const order = await orders.byId(id, session);
      if (order === null) throw new Error(`the order ${id} of the regrouping ${regrouping._id} is gone`);
      found.push(order);
    }
    return found;
  }

  function madeOf(
    regrouping: Regrouping,
    from: readonly Order[],
    freights: ReadonlyMap<string, number | null>,
  ): Order[] {
    const { kind, to, requestedAt } = regrouping;
    const [first, target] = [from[0], to[0]];
    if (first === undefined || target === undefined) throw new RangeError(`the regrouping ${regrouping._id} is empty`);
    if (kind === 'SPLIT') return splitOrder(first, to, requestedAt);
    const paid = from.reduce((total, order) => total + order.freightMinor, 0);
    return [mergeOrders(from, { ...target, freightMinor: freights.get(target.orderId) ?? paid }, requestedAt)];
  }

  /** The new orders go where the old ones went: what is sealed for one order opens in no other. */
  async function withDelivery(made: readonly Order[], from: readonly Order[]): Promise<Order[]> {
    const [addresses, wishes] = await Promise.all([
      Promise.all(from.map(privacy.addressOf)),
      Promise.all(from.map(privacy.wishOf)),
    ]);
    const [address] = addresses;
    if (address == null) throw new Error(`it is not known any more where ${from[0]?._id} goes`);
    const delivery = { address, note: joinedWish(wishes) };
    const why = await holdReason(from);
    return Promise.all(
      made.map(async (order) => ({
        ...order,
        ...(await privacy.sealDelivery(order, delivery)),
        ...(order.hold != null && {
          hold: { ...order.hold, reason: await privacy.sealWords(order, 'orders.hold', order._id, why) },
        }),
      })),
    );
  }

  async function holdReason(from: readonly Order[]): Promise<string> {
    const held = from.find(({ hold }) => hold != null);
    const sealed = held?.hold?.reason;
    return held === undefined || sealed === undefined
      ? ''
      : ((await privacy.wordsOf(held, 'orders.hold', held._id, sealed)) ?? '');
  }

  /** The new orders take the place of the old ones, and what they cost less goes back. */
  async function replace(regrouping: Regrouping, freights: ReadonlyMap<string, number | null>): Promise<string | null> {
    const refundId = newId('refund');
    return transact(async (session) => {
      if (!(await regroupings.end(session, regrouping._id, 'DONE'))) return null;
      const from = await givers(regrouping, session);
      const made = await withDelivery(madeOf(regrouping, from, freights), from);
      await regroupings.insert(session, made);
      const ids = made.map(({ _id }) => _id);
      for (const order of from) {
        const change = giveWay(regrouping.kind, ids, { at: regrouping.requestedAt, actor: regrouping.actor });
        if ((await orders.change(session, order._id, change)) === null)
          throw new Error(`the order ${order._id} changed although it was kept from it`);
      }
      for (const order of made) await changes.append(session, order, regrouping.requestedAt);
      const kept = made.reduce((total, order) => total + order.paidMinor, 0);
      const amountMinor = from.reduce((total, order) => total + order.paidMinor, 0) - kept;
      const [order] = made;
      if (amountMinor === 0 || order === undefined) return null;
      const nothingElse = { afterSaleId: null, goodsMinor: 0, pointsReturned: 0, lines: [] };
      const { _id: orderId, currency } = order;
      await refundDesk.open(session, {
        _id: refundId,
        orderId,
        cause: 'ORDER_CHANGED',
        amountMinor,
        currency,
        ...nothingElse,
      });
      return refundId;
    });
  }

  async function giveUp(regrouping: Regrouping, refusals: readonly Refusal[]): Promise<Outcome<string[]>> {
    const given = await transact((session) => regroupings.end(session, regrouping._id, 'GIVEN_UP'));
    // Somebody else has brought it to its end meanwhile: ask again what that was.
    if (!given) throw busy(500);
    return refused(...refusals);
  }

  return async function carryOutRegrouping(regrouping: Regrouping, call: Call): Promise<Outcome<string[]>> {
    const from = await givers(regrouping);
    const claimed = new Map(from.flatMap(({ lines }) => lines.map((line) => [line.lineId, line.claimedUnits])));
    const to = regrouping.to.map(({ orderId, number, lines }) => ({
      ...{ orderId, number, memberId: from[0]?.memberId ?? null },
      ...{ channel: from[0]?.channel ?? '', region: from[0]?.address.region ?? '' },
      lines: lines.flatMap(({ fromLineId, lineId, quantity }) => {
        // Units that went back before they were sent are not in the warehouses any more.
        const there = quantity - (claimed.get(fromLineId) ?? 0);
        return there > 0 ? [{ fromLineId, orderLineId: lineId, quantity: there }] : [];
      }),
    }));
    const regrouped = await logistics.regroupOrders({ from: [...regrouping.from], to }, call);
    if (!regrouped.ok) return giveUp(regrouping, regrouped.refusals);
    const freights = new Map(regrouped.value.orders.map(({ orderId, freightMinor }) => [orderId, freightMinor]));
    const refundId = await replace(regrouping, freights);
    if (refundId !== null) await refundDesk.carryOut(refundId);
    return accepted(regrouping.to.map(({ orderId }) => orderId));
  };
}
