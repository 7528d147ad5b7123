import type { Clock } from '#kit/clock/clock.ts';
import { busy } from '#kit/graphql/errors.ts';
import { callerOf, type Once } from '#kit/idempotency/once.ts';
import { newId } from '#kit/ids/ids.ts';
import type { Session, Transact } from '#kit/mongo/transaction.ts';
import type { Call } from '#kit/transport/transport.ts';
import { accepted, invalidInput, invalidState, notFound, refused, type Outcome } from '#kit/user-error/user-error.ts';
import type { Viewer } from '#kit/viewer/viewer.ts';
import { actorOf } from '../../caller.ts';
import type { Invoices } from '../../invoice/store/invoices.ts';
import type { WarehouseRegrouping } from '../../neighbours.ts';
import type { Order } from '../../order/domain/order.ts';
import type { Orders } from '../../order/store/orders.ts';
import type { OrderPrivacy } from '../../personal-data/order-privacy.ts';
import {
  decideParts,
  partsByShipDate,
  partsBySupplier,
  partsByWarehouse,
  type WantedPart,
} from '../domain/decide-parts.ts';
import { forbidsRegrouping } from '../domain/lineage.ts';
import { whatSetsApart } from '../domain/merge.ts';
import type { Part } from '../domain/split.ts';
import type { Regrouping } from '../domain/regrouping.ts';
import type { Regroupings } from '../store/regroupings.ts';
import { regroupingLease, type CarryOutRegrouping } from './carry-out-regrouping.ts';

interface RegroupParts {
  readonly regroupings: Regroupings;
  readonly carryOutRegrouping: CarryOutRegrouping;
  readonly orders: Orders;
  readonly invoices: Pick<Invoices, 'liveOf'>;
  readonly logistics: Pick<WarehouseRegrouping, 'reservedGoods'>;
  readonly privacy: Pick<OrderPrivacy, 'addressOf'>;
  readonly once: Once;
  readonly transact: Transact;
  readonly clock: Clock;
}

/** How an order is to be split: into these parts and the rest, by where its goods lie, by when they can ship, or by who supplies them. */
export interface SplitRequest {
  readonly orderId: string;
  readonly by: 'LINES' | 'WAREHOUSE' | 'SHIP_DATE' | 'SUPPLIER';
  readonly parts: readonly WantedPart[];
  readonly idempotencyKey: string;
}

const mostMerged = 10;

/** An order isn't free for it any more: undoes what was written. */
class NotFree extends Error {}

export type RegroupOrders = ReturnType<typeof createRegroupOrders>;

/** Staff split a paid order into several, or merge several into one, once for each key. */
export function createRegroupOrders(deps: RegroupParts) {
  const { regroupings, carryOutRegrouping, orders, invoices, logistics, privacy, once, transact, clock } = deps;

  /** Begins it, or takes up what an earlier try of the same call began. */
  async function regroup(
    id: string,
    wish: { kind: Regrouping['kind']; from: readonly string[]; to: readonly Part[] },
    viewer: Viewer,
    call: Call,
  ): Promise<Outcome<string[]>> {
    const requestedAt = clock.now();
    const times = { requestedAt, leaseUntil: regroupingLease(requestedAt) };
    const regrouping: Regrouping = { _id: id, ...wish, actor: actorOf(viewer), ...times, state: 'BEGUN' };
    try {
      await transact(async (session) => {
        for (const orderId of wish.from) {
          const order = await orders.byId(orderId, session);
          if (order === null || (await forbids(order, session)) !== null) throw new NotFree();
        }
        if (!(await regroupings.begin(session, regrouping))) throw new NotFree();
      });
    } catch (error) {
      if (error instanceof NotFree) throw busy(500);
      throw error;
    }
    const done = await carryOutRegrouping(regrouping, call);
    if (done.ok) return done;
    // A paid order that the warehouses haven't heard of yet is there in a moment.
    if (done.refusals.some((refusal) => refusal['state'] === 'HELD')) throw busy(1_000);
    return done;
  }

  /** What came of an earlier try of the same call; null when there was none, or it was given up. */
  async function earlier(id: string, call: Call): Promise<Outcome<string[]> | null> {
    const found = await regroupings.byId(id);
    if (found === null || found.state === 'GIVEN_UP') return null;
    return found.state === 'DONE' ? accepted(found.to.map(({ orderId }) => orderId)) : carryOutRegrouping(found, call);
  }

  /** The state that keeps an order from it; null when nothing does. An invoice over the whole can't be one over its parts: it is to be voided first. */
  async function forbids(order: Order, session?: Session): Promise<string | null> {
    return forbidsRegrouping(order) ?? ((await invoices.liveOf(order._id, session)) === null ? null : 'INVOICED');
  }

  async function all(ids: readonly string[]): Promise<Order[]> {
    const found = new Map((await orders.byIds(ids)).map((order) => [order._id, order]));
    return ids.flatMap((id) => found.get(id) ?? []);
  }

  async function wantedParts({ by, parts }: SplitRequest, order: Order, call: Call): Promise<readonly WantedPart[]> {
    switch (by) {
      case 'LINES':
        return parts;
      case 'WAREHOUSE':
        return partsByWarehouse((await logistics.reservedGoods({ orderId: order._id }, call)).lines);
      case 'SHIP_DATE':
        return partsByShipDate(order);
      case 'SUPPLIER':
        return partsBySupplier(order);
    }
  }

  async function splitNow(id: string, request: SplitRequest, viewer: Viewer, call: Call): Promise<Outcome<string[]>> {
    const known = await earlier(id, call);
    if (known !== null) return known;
    const [order] = await all([request.orderId]);
    if (order === undefined) return refused(notFound(['orderId'], 'order'));
    const state = await forbids(order);
    if (state !== null) return refused(invalidState(['orderId'], { state }));
    const parts = decideParts(order, await wantedParts(request, order, call));
    if (!parts.ok) return parts;
    return regroup(id, { kind: 'SPLIT', from: [order._id], to: parts.value }, viewer, call);
  }

  async function mergeNow(id: string, ids: readonly string[], viewer: Viewer, call: Call): Promise<Outcome<string[]>> {
    const known = await earlier(id, call);
    if (known !== null) return known;
    if (ids.length < 2 || ids.length > mostMerged || new Set(ids).size < ids.length) {
      return refused(
        invalidInput(['orderIds'], {
          en: `Name 2 to ${mostMerged} orders, each once.`,
          zh: `请选择 2 到 ${mostMerged} 个不同的订单。`,
        }),
      );
    }
    const found = await all(ids);
    const missing = ids.findIndex((orderId) => !found.some(({ _id }) => _id === orderId));
    if (missing >= 0) return refused(notFound(['orderIds', String(missing)], 'order'));
    for (const [index, order] of found.entries()) {
      const state = await forbids(order);
      if (state !== null) return refused(invalidState(['orderIds', String(index)], { state }));
    }
    const apart = whatSetsApart(found, await Promise.all(found.map(privacy.addressOf)));
    if (apart !== null) return refused(invalidState(['orderIds'], { state: `DIFFERENT_${apart}` }));
    if (found.filter(({ pointsReturned }) => pointsReturned > 0).length > 1)
      return refused(invalidState(['orderIds'], { state: 'REFUNDED' }));
    const oldest = found.toSorted((a, b) => a.placedAt.getTime() - b.placedAt.getTime())[0];
    const lines = found.flatMap((order) =>
      order.lines.map(({ lineId, quantity }) => ({ fromLineId: lineId, lineId, quantity })),
    );
    const to = [{ orderId: newId('order'), number: `${oldest?.number ?? ''}-M`, lines }];
    return regroup(id, { kind: 'MERGE', from: ids, to }, viewer, call);
  }

  return {
    /** The split order and those that took its place. */
    async split(
      request: SplitRequest,
      viewer: Viewer,
      call: Call,
    ): Promise<Outcome<{ readonly order: Order; readonly parts: readonly Order[] }>> {
      const { idempotencyKey: key, ...input } = request;
      const asked = { caller: callerOf(viewer), operation: 'splitOrder', key, input, subject: 'request' } as const;
      const done = await once(asked, (id) => splitNow(id, request, viewer, call));
      if (!done.ok) return done;
      const [order] = await all([request.orderId]);
      if (order === undefined) throw new Error(`the order ${request.orderId} is gone`);
      return accepted({ order, parts: await all(done.value) });
    },

    /** The order that took the place of the others. */
    async merge(
      request: { readonly orderIds: readonly string[]; readonly idempotencyKey: string },
      viewer: Viewer,
      call: Call,
    ): Promise<Outcome<Order>> {
      const { orderIds, idempotencyKey: key } = request;
      const input = { orderIds };
      const asked = { caller: callerOf(viewer), operation: 'mergeOrders', key, input, subject: 'request' } as const;
      const done = await once(asked, (id) => mergeNow(id, orderIds, viewer, call));
      if (!done.ok) return done;
      const [order] = await all(done.value);
      if (order === undefined) throw new Error(`the order ${done.value.join()} is gone`);
      return accepted(order);
    },
  };
}
