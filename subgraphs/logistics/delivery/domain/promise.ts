import type { Warehouse, ZoneRate } from '../../network/domain/network.ts';

/** China keeps one time all year: UTC+8. */
const chinaOffsetMs = 8 * 3_600_000;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Parcels are handed over from 9:00 to 21:00. */
const doorsOpenMs = 9 * hourMs;
const doorsCloseMs = 21 * hourMs;
/** The courier of a front warehouse is at the door after two hours at best. */
const fastestMs = 2 * hourMs;

/** Between which instants a parcel arrives. */
export interface ArrivalWindow {
  readonly earliest: Date;
  readonly latest: Date;
  /** Days from today (in China) to the day of `latest`. */
  readonly latestInDays: number;
}

/** What an arrival depends on. */
export interface ArrivalFacts {
  readonly warehouse: Pick<Warehouse, 'tier' | 'cutoffMinutes' | 'dailyParcels'>;
  readonly rate: Pick<ZoneRate, 'zone' | 'minDays' | 'maxDays'>;
  /** Fulfillments that wait in the warehouse and leave before this one. */
  readonly backlog: number;
  readonly now: Date;
}

/**
 * When a parcel ordered now arrives. It leaves today before the cut-off, else tomorrow; a full day's backlog costs one day more. A front
 * warehouse delivers inside its own region on the same or the next day whatever the carrier's card says.
 */
export function arrivalOf({ warehouse, rate, backlog, now }: ArrivalFacts): ArrivalWindow {
  const nowInChina = now.getTime() + chinaOffsetMs;
  const midnight = Math.floor(nowInChina / dayMs) * dayMs;
  const missedToday = nowInChina - midnight >= warehouse.cutoffMinutes * 60_000;
  const daysUntilSent = (missedToday ? 1 : 0) + Math.floor(backlog / warehouse.dailyParcels);
  const [minDays, maxDays] =
    warehouse.tier === 'FRONT' && rate.zone === 'LOCAL' ? [0, 1] : [rate.minDays, rate.maxDays];
  const firstDay = midnight + (daysUntilSent + minDays) * dayMs;
  const lastDay = midnight + (daysUntilSent + maxDays) * dayMs;
  const fastest = Math.ceil((nowInChina + fastestMs) / hourMs) * hourMs;
  const latest = Math.max(lastDay + doorsCloseMs, fastest);
  const earliest = Math.min(Math.max(firstDay + doorsOpenMs, fastest), latest);
  return {
    earliest: new Date(earliest - chinaOffsetMs),
    latest: new Date(latest - chinaOffsetMs),
    latestInDays: Math.floor(latest / dayMs) - Math.floor(nowInChina / dayMs),
  };
}
