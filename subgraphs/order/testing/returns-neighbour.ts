import type { Neighbourhood } from './neighbourhood.ts';

interface Withdrawal {
  orderId: string;
  withdrawalId: string;
  lines: { orderLineId: string; quantity: number }[];
}

interface Receipt {
  receiptId: string;
  lines: { skuId: string; restocked: number; writtenOff: number }[];
}

/** What logistics was told about goods that are not to be sent, or that came back. */
export interface ReturnsBook {
  /** Units that were taken out of what is sent, by withdrawal. */
  readonly withdrawn: Map<string, Withdrawal['lines']>;
  /** What came back, by receipt. */
  readonly takenBack: Map<string, Receipt['lines']>;
  /** Exchanges whose replacement is being sent. */
  readonly replaced: Set<string>;
}

export const emptyReturnsBook = (): ReturnsBook => ({
  withdrawn: new Map(),
  takenBack: new Map(),
  replaced: new Set(),
});

const tooLate = { ok: false, refusals: [{ type: 'InvalidStateError', code: 'INVALID_STATE', state: 'SHIPPED' }] };
const short = {
  ok: false,
  refusals: [{ type: 'InsufficientStockError', code: 'INSUFFICIENT_STOCK', skuId: 'sku', requested: 1, available: 0 }],
};

type State = ReturnsBook & Pick<Neighbourhood, 'reservations' | 'shipped' | 'stopped' | 'stock'>;

/** How logistics answers about them, in memory. */
export function returnsHandlers({ withdrawn, takenBack, replaced, reservations, shipped, stopped, stock }: State) {
  return {
    'logistics.withdrawUnits': ({ orderId, withdrawalId, lines }: Withdrawal) => {
      // As they were reserved, with the order's lines.
      const held = (reservations.get(orderId)?.lines ?? []) as {
        orderLineId: string;
        skuId: string;
        quantity: number;
      }[];
      const lineOf = (id: string) => held.find((line) => line.orderLineId === id);
      if (!withdrawn.has(withdrawalId)) {
        const fits = lines.every(({ orderLineId, quantity }) => quantity <= (lineOf(orderLineId)?.quantity ?? 0));
        if (shipped.has(orderId) || stopped.has(orderId) || !fits) return tooLate;
        withdrawn.set(withdrawalId, lines);
        for (const { orderLineId, quantity } of lines) {
          const line = lineOf(orderLineId);
          if (line === undefined) continue;
          line.quantity -= quantity;
          stock.set(line.skuId, (stock.get(line.skuId) ?? 0) + quantity);
        }
      }
      const unitsToSend = held.reduce((total, line) => total + line.quantity, 0);
      return { ok: true, value: { unitsToSend, unitsSent: 0, toDeliver: unitsToSend === 0 ? 0 : 1 } };
    },
    'logistics.sendReplacement': ({ afterSaleId }: { afterSaleId: string }) => {
      if (reservations.get(afterSaleId)?.state !== 'RESERVED') return short;
      replaced.add(afterSaleId);
      return { ok: true, value: { fulfillmentIds: [`ful_${afterSaleId}`] } };
    },
    'logistics.takeBackGoods': ({ receiptId, lines }: Receipt) => {
      takenBack.set(receiptId, lines);
      return { ok: true, value: { booked: lines.reduce((sum, line) => sum + line.restocked + line.writtenOff, 0) } };
    },
  };
}
