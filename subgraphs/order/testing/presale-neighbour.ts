import type { PresaleTermsFacts } from '#kit/neighbours/promotion.ts';

/** Units of a presale that an order wants. */
export interface Presold {
  readonly presaleId: string;
  readonly quantity: number;
}

/** What promotion knows of presales. */
export interface PresaleBook {
  /** Terms by the presale's id, with its quota. */
  readonly presales: Map<string, PresaleTermsFacts & { readonly quota: number }>;
  /** Units that orders hold. */
  readonly presold: Map<string, Presold>;
}

export const emptyPresaleBook = (): PresaleBook => ({ presales: new Map(), presold: new Map() });

/** How promotion answers about them, in memory. */
export function presaleHandlers({ presales }: PresaleBook) {
  return {
    'promotion.presaleTerms': ({ presaleId }: { presaleId: string }) => {
      const known = presales.get(presaleId);
      if (known === undefined) return { terms: null };
      const { quota: _, ...terms } = known;
      return { terms };
    },
  };
}

/** Takes units for an order, once; the refusal when the quota hasn't so many. */
export function takePresaleUnits({ presales, presold }: PresaleBook, orderId: string, wanted: Presold | null) {
  if (wanted === null || presold.has(orderId)) return null;
  const { presaleId, quantity } = wanted;
  const taken = [...presold.values()].filter((held) => held.presaleId === presaleId);
  const remaining = (presales.get(presaleId)?.quota ?? 0) - taken.reduce((sum, held) => sum + held.quantity, 0);
  if (remaining < quantity) {
    return { type: 'PresaleSoldOutError', code: 'PRESALE_SOLD_OUT', path: ['quantity'], remaining };
  }
  presold.set(orderId, wanted);
  return null;
}
