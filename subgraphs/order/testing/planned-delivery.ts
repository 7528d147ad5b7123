import type { Neighbourhood } from './neighbourhood.ts';

/** One parcel with these goods, as logistics plans it, for the freight that the test has set. */
export function plannedFor(
  { freightMinor }: Pick<Neighbourhood, 'freightMinor'>,
  lines: readonly { skuId: string; quantity: number }[],
) {
  return {
    warehouseId: 'whs_1',
    earliest: '2026-11-23T08:00:00.000Z',
    latest: '2026-11-24T08:00:00.000Z',
    freightMinor,
    lines: lines.map(({ skuId, quantity }) => ({ skuId, quantity })),
  };
}
