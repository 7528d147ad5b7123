import type { Refusal } from '#kit/user-error/user-error.ts';

/** INSUFFICIENT_STOCK: fewer units can be had than were asked for; both in units. */
export function insufficientStock(
  path: readonly string[],
  { skuId, requested, available }: { readonly skuId: string; readonly requested: number; readonly available: number },
) {
  const facts = { skuId, requested, available };
  return { type: 'InsufficientStockError', code: 'INSUFFICIENT_STOCK', path, ...facts } as const satisfies Refusal;
}
