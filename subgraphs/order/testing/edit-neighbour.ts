import type { Neighbourhood } from './neighbourhood.ts';
import { plannedFor } from './planned-delivery.ts';

interface Line {
  orderLineId: string;
  skuId: string;
  quantity: number;
}

type Removed = { orderLineId: string; quantity: number }[];

/** What logistics knows of orders whose goods are changed. */
export interface EditBook {
  /** What sending costs more with an edit. */
  readonly freightOfEdit: { minor: number };
  /** Edits whose goods were changed. */
  readonly appliedEdits: Set<string>;
  /** Orders whose benefits promotion doesn't lock anew. */
  readonly refusesAnew: Set<string>;
}

export const emptyEditBook = (): EditBook => ({
  freightOfEdit: { minor: 0 },
  appliedEdits: new Set(),
  refusesAnew: new Set(),
});

const isPacked = { ok: false, refusals: [{ type: 'InvalidStateError', code: 'INVALID_STATE', state: 'PACKED' }] };

type State = EditBook & Pick<Neighbourhood, 'packed' | 'reservations' | 'stock' | 'freightMinor'>;

/** How logistics answers about them, in memory. */
export function editHandlers(here: State) {
  const { freightOfEdit, appliedEdits, packed, reservations, stock } = here;
  return {
    'logistics.planEdit': ({ orderId, added }: { orderId: string; added: { skuId: string; quantity: number }[] }) => {
      if (packed.has(orderId)) return isPacked;
      const short = added.filter(({ skuId, quantity }) => (stock.get(skuId) ?? 0) < quantity);
      const refusals = short.map(({ skuId, quantity: requested }) => {
        const facts = { skuId, requested, available: stock.get(skuId) ?? 0 };
        return { type: 'InsufficientStockError', code: 'INSUFFICIENT_STOCK', ...facts };
      });
      if (refusals.length > 0) return { ok: false, refusals };
      const lines = [...(reservations.get(orderId)?.lines ?? []), ...added];
      return { ok: true, value: { freightMinor: freightOfEdit.minor, deliveries: [plannedFor(here, lines)] } };
    },
    'logistics.applyEdit': (edit: { orderId: string; editId: string; removed: Removed }) => {
      const { orderId, editId, removed } = edit;
      const done = { ok: true, value: { orderId } };
      if (appliedEdits.has(editId)) return done;
      if (packed.has(orderId)) return isPacked;
      appliedEdits.add(editId);
      const own = reservations.get(orderId)?.lines as Line[];
      for (const { orderLineId, quantity } of removed) {
        const line = own.find((one) => one.orderLineId === orderLineId);
        if (line === undefined) throw new Error(`nothing is reserved for ${orderLineId}`);
        line.quantity -= quantity;
        stock.set(line.skuId, (stock.get(line.skuId) ?? 0) + quantity);
      }
      own.push(...((reservations.get(editId)?.lines ?? []) as Line[]));
      reservations.set(editId, { attempt: 1, state: 'RELEASED', lines: [] });
      return done;
    },
  };
}
