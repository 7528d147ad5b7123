import type { ZoneRate } from '../../network/domain/network.ts';

/** What a carrier asks for a parcel, fen: the first kilogram plus each further kilogram begun. A weight of 0 counts as the first. */
export function freightOf(rate: Pick<ZoneRate, 'firstKgMinor' | 'extraKgMinor'>, weightGrams: number): number {
  const extraKg = Math.max(0, Math.ceil((weightGrams - 1000) / 1000));
  return rate.firstKgMinor + extraKg * rate.extraKgMinor;
}
