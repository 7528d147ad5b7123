import type { Check } from '#kit/verification/verify-door.ts';
import type { Reservation } from '../reservation/domain/reservation.ts';
import { unitsAside } from '../set-aside/domain/set-aside.ts';
import { discrepanciesOf, type PlaceSum, type StockBooks } from '../stock/domain/stock-discrepancies.ts';
import type { StockLevel } from '../stock/domain/stock-level.ts';

type ReservationRow = Omit<Reservation, 'orderId'> & { _id: string };
type LevelRow = StockLevel & { _id: string; available: number };

/** How long after its time a hold may still wait for the job that gives it back, milliseconds. */
const releaseGraceMs = 60_000;

/** The stock books: levels against ledger and reservations, and nothing below zero. */
export const verifyStock: Check = async (moment, findings) => {
  const open = new Map<string, PlaceSum>();
  for await (const rows of moment.batches<ReservationRow>('reservations', { 'lines.state': 'OPEN' })) {
    for (const line of rows.flatMap((row) => row.lines)) {
      if (line.state !== 'OPEN') continue;
      const { warehouseId, skuId, quantity } = line;
      const place = `${warehouseId}:${skuId}`;
      open.set(place, { warehouseId, skuId, units: (open.get(place)?.units ?? 0) + quantity });
    }
  }
  const levels: LevelRow[] = [];
  for await (const rows of moment.batches<LevelRow>('stockLevels')) levels.push(...rows);
  const totals = new Map<string, number>();
  for await (const rows of moment.batches<{ _id: string; available: number }>('skuStocks')) {
    for (const row of rows) totals.set(row._id, row.available);
  }
  const moved = await movedUnits(moment, levels);
  const books: StockBooks = { levels, ...moved, openReservations: [...open.values()], totals };

  findings.add(
    'stock: levels = ledger = reservations = totals',
    levels.length,
    discrepanciesOf(books).map(({ rule, place, ...values }) => ({ subject: `${place} ${rule}`, ...values })),
  );
  await compareSetAsides(moment, findings, totals);
  for (const { _id, onHand, reserved, damaged } of levels) {
    findings.compare('stock: nothing below zero', _id, true, onHand >= 0 && reserved >= 0 && damaged >= 0);
  }
};

type Moment = Parameters<Check>[0];

/** As long as a presale wants more than is set aside for it, nothing of its SKU is free for others. */
async function compareSetAsides(
  moment: Moment,
  findings: Parameters<Check>[1],
  totals: ReadonlyMap<string, number>,
): Promise<void> {
  for await (const rows of moment.batches<ReservationRow>('reservations', {
    state: 'HELD',
    'setAside.skuId': { $exists: true },
  })) {
    for (const { _id, lines, setAside } of rows) {
      if (setAside === undefined || unitsAside({ lines }) >= setAside.wanted) continue;
      findings.compare('set aside: nothing is free while a presale waits', _id, 0, totals.get(setAside.skuId) ?? 0);
    }
  }
}

/** Σ of the ledger, by warehouse and SKU. */
async function movedUnits(moment: Moment, levels: readonly LevelRow[]) {
  const warehouseIds = [...new Set(levels.map((level) => level.warehouseId))];
  const skuIds = [...new Set(levels.map((level) => level.skuId))];
  const movedOnHand: PlaceSum[] = [];
  const movedDamaged: PlaceSum[] = [];
  const atOnce = 50;
  for (let from = 0; from < skuIds.length; from += atOnce) {
    // Both fields, so that the ledger's index answers.
    const match = { warehouseId: { $in: warehouseIds }, skuId: { $in: skuIds.slice(from, from + atOnce) } };
    const sums = await moment.aggregate<{
      _id: { warehouseId: string; skuId: string };
      onHand: number;
      damaged: number;
    }>('stockMovements', [
      { $match: match },
      {
        $group: {
          _id: { warehouseId: '$warehouseId', skuId: '$skuId' },
          onHand: { $sum: '$onHand' },
          damaged: { $sum: '$damaged' },
        },
      },
    ]);
    movedOnHand.push(...sums.map(({ _id, onHand }) => ({ ..._id, units: onHand })));
    movedDamaged.push(...sums.map(({ _id, damaged }) => ({ ..._id, units: damaged })));
  }
  return { movedOnHand, movedDamaged };
}

/** Every hold has an end that is kept, and what was given back holds nothing. */
export const verifyReservations: Check = async (moment, findings, now) => {
  for await (const rows of moment.batches<ReservationRow>('reservations')) {
    for (const { _id, state, expiresAt, lines, setAside } of rows) {
      const openUnits = lines.filter((line) => line.state === 'OPEN').length;
      if (setAside !== undefined && state === 'HELD')
        findings.compare('set aside: never more than is wanted', _id, true, unitsAside({ lines }) <= setAside.wanted);
      if (state === 'RELEASED') findings.compare('reservations: released ones hold nothing', _id, 0, openUnits);
      if (state !== 'HELD') continue;
      const overdue = expiresAt === null || expiresAt.getTime() < now.getTime() - releaseGraceMs;
      findings.compare('reservations: holds end in time', _id, 'released', overdue ? 'held' : 'released');
    }
  }
};
