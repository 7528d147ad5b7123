import type { Reservations } from '../../reservation/store/reservations.ts';
import type { FillSetAsides } from '../../stock/store/stock-book.ts';
import { filled } from '../domain/set-aside.ts';

/** Sets goods that became free aside for the presales that still want some, those created first first. */
export function createFillSetAsides(reservations: Pick<Reservations, 'asidesOf' | 'save'>): FillSetAsides {
  return async (session, sheet, skuIds) => {
    const wanting = await reservations.asidesOf(session, skuIds);
    const changed = wanting.flatMap((aside) => {
      const more = filled(aside, sheet);
      return more === aside ? [] : [{ ...more, version: aside.version + 1 }];
    });
    await reservations.save(session, changed);
  };
}
