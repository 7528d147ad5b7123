import type { Clock } from '#kit/clock/clock.ts';
import type { Call } from '#kit/transport/transport.ts';
import { accepted, refused, type Outcome } from '#kit/user-error/user-error.ts';
import type { Logistics, Returns } from '../../neighbours.ts';
import type { Order } from '../../order/domain/order.ts';
import type { Orders } from '../../order/store/orders.ts';
import type { AfterSale } from '../domain/after-sale.ts';
import type { AfterSales } from '../store/after-sales.ts';

interface ReplacementParts {
  readonly afterSales: AfterSales;
  readonly orders: Pick<Orders, 'byId'>;
  readonly logistics: Pick<Logistics, 'reserveStock' | 'releaseStock'>;
  readonly returns: Pick<Returns, 'sendReplacement'>;
  readonly clock: Clock;
}

/** How long goods are kept for an exchange whose own goods are on their way back; they are reserved again if they are still there later. */
const keptMs = 30 * 24 * 3_600_000;

export type Replacements = ReturnType<typeof createReplacements>;

/** What is sent instead of exchanged goods: reserved under the after-sale's id when the exchange is granted, sent when the goods are back. */
export function createReplacements({ afterSales, orders, logistics, returns, clock }: ReplacementParts) {
  async function orderOf({ orderId }: AfterSale): Promise<Order> {
    const order = await orders.byId(orderId);
    if (order === null) throw new Error(`the order ${orderId} is gone`);
    return order;
  }

  function linesOf(order: Order, { lines }: AfterSale) {
    const weights = new Map(order.lines.map((line) => [line.lineId, line.weightGrams]));
    return lines.map(({ orderLineId, skuId, replacementSkuId, quantity }) => {
      return { orderLineId, skuId: replacementSkuId ?? skuId, quantity, weightGrams: weights.get(orderLineId) ?? 0 };
    });
  }

  async function release(id: string, call: Call): Promise<void> {
    await logistics.releaseStock({ orderId: id }, call);
  }

  return {
    /** Reserves what is to be sent. Refuses with one `InsufficientStockError` for each SKU that is short. */
    async reserve(afterSale: AfterSale, call: Call): Promise<Outcome<null>> {
      const order = await orderOf(afterSale);
      const expiresAt = new Date(clock.now().getTime() + keptMs).toISOString();
      const { channel, address } = order;
      const reserved = await logistics.reserveStock(
        { orderId: afterSale._id, channel, region: address.region, lines: linesOf(order, afterSale), expiresAt },
        call,
      );
      if (reserved.ok) return accepted(null);
      return refused(...reserved.refusals.map((refusal) => ({ ...refusal, path: ['afterSaleId'] })));
    },

    /** The goods are back: sends what was reserved. When it is gone nothing is sent any more, and the shopper may have the money instead. */
    async send(afterSale: AfterSale, call: Call): Promise<void> {
      const { _id: afterSaleId, orderId } = afterSale;
      const order = await orderOf(afterSale);
      const { number: orderNumber, memberId, channel, address } = order;
      const where = { channel, region: address.region };
      const sent = await returns.sendReplacement(
        { afterSaleId, orderId, orderNumber, memberId, ...where, lines: linesOf(order, afterSale) },
        call,
      );
      if (!sent.ok) await release(afterSaleId, call);
      await afterSales.noteReplacement(afterSaleId, sent.ok ? 'SENT' : 'SHORT', clock.now());
    },

    /** The exchange is off: gives back what was reserved for it. */
    async giveBack({ _id }: AfterSale, call: Call): Promise<void> {
      await release(_id, call);
      await afterSales.noteReplacement(_id, null, clock.now());
    },
  };
}
