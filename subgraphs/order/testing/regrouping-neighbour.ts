import type { Neighbourhood } from './neighbourhood.ts';

type Units = { skuId: string; quantity: number }[];

interface Receiver {
  orderId: string;
  lines: { fromLineId: string; orderLineId: string; quantity: number }[];
}

/** What logistics knows of orders that are split and merged. */
export interface RegroupingBook {
  /** Where a SKU lies when it isn't in `whs_1`. */
  readonly liesIn: Map<string, string>;
  /** What sending an order costs that took the place of others; nothing said: it is not possible any more. */
  readonly freightOf: { regrouped: number | null };
  /** Orders of which something is packed. */
  readonly packed: Set<string>;
  /** Orders that are not packed while their address changes, and by which change. */
  readonly readdressing: Map<string, string>;
  /** Orders that somebody has begun to pick. */
  readonly picked: Set<string>;
  /** Who received the goods of whom. */
  readonly regrouped: Map<string, Receiver[]>;
}

export const emptyRegroupingBook = (): RegroupingBook => ({
  liesIn: new Map(),
  freightOf: { regrouped: null },
  packed: new Set(),
  readdressing: new Map(),
  picked: new Set(),
  regrouped: new Map(),
});

/** How logistics answers about them, in memory: reservations go by SKU there. */
export function regroupingHandlers(here: RegroupingBook & Pick<Neighbourhood, 'reservations'>) {
  const { liesIn, freightOf, packed, readdressing, picked, regrouped, reservations } = here;
  return {
    'logistics.reservedGoods': ({ orderId }: { orderId: string }) => ({
      lines: ((reservations.get(orderId)?.lines ?? []) as (Units[number] & { orderLineId: string })[]).map(
        ({ orderLineId, skuId, quantity }) => ({
          orderLineId,
          skuId,
          warehouseId: liesIn.get(skuId) ?? 'whs_1',
          quantity,
        }),
      ),
    }),
    'logistics.beginReaddressing': ({ orderId, changeId }: { orderId: string; changeId: string }) => {
      if (readdressing.get(orderId) !== changeId && packed.has(orderId))
        return { ok: false, refusals: [{ type: 'InvalidStateError', code: 'INVALID_STATE', state: 'PACKED' }] };
      readdressing.set(orderId, changeId);
      return { ok: true, value: { orderId } };
    },
    'logistics.endReaddressing': ({ orderId, changeId }: { orderId: string; changeId: string }) => {
      if (readdressing.get(orderId) === changeId) readdressing.delete(orderId);
      return { orderId };
    },
    'logistics.regroupOrders': ({ from, to }: { from: string[]; to: Receiver[] }) => {
      const done = to.every(({ orderId }) => reservations.has(orderId));
      if (!done && from.some((orderId) => picked.has(orderId)))
        return { ok: false, refusals: [{ type: 'InvalidStateError', code: 'INVALID_STATE', state: 'PICKING' }] };
      if (!done) {
        const given = from.flatMap((id) => reservations.get(id)?.lines ?? []) as (Units[number] & {
          orderLineId: string;
        })[];
        const skuOf = (lineId: string) => given.find(({ orderLineId }) => orderLineId === lineId)?.skuId ?? '';
        for (const { orderId, lines } of to) {
          const own = lines.map(({ fromLineId, orderLineId, quantity }) => ({
            orderLineId,
            skuId: skuOf(fromLineId),
            quantity,
          }));
          reservations.set(orderId, { attempt: 1, state: 'RESERVED', lines: own });
        }
        for (const orderId of from) {
          reservations.set(orderId, { attempt: 1, state: 'RELEASED', lines: [] });
          regrouped.set(orderId, to);
        }
      }
      return {
        ok: true,
        value: { orders: to.map(({ orderId }) => ({ orderId, freightMinor: freightOf.regrouped })) },
      };
    },
  };
}
