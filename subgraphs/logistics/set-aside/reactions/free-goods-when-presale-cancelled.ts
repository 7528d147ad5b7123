import { reaction, type Reaction } from '#kit/inbox/inbox.ts';
import type { Clock } from '#kit/clock/clock.ts';
import { release } from '../../reservation/domain/reservation.ts';
import type { Reservations } from '../../reservation/store/reservations.ts';
import type { StockBook } from '../../stock/store/stock-book.ts';

/** What was set aside for a presale that was called off can be sold to anybody. */
export function freeGoodsWhenPresaleCancelled(parts: {
  readonly reservations: Reservations;
  readonly stock: StockBook;
  readonly clock: Clock;
}): Reaction {
  const { reservations, stock, clock } = parts;
  return reaction({
    name: 'free-goods-when-presale-cancelled',
    on: 'presale.cancelled',
    async react({ payload: { presaleId } }, session) {
      const aside = await reservations.byOrder(session, presaleId);
      // A presale of before goods were set aside has none.
      if (aside?.state !== 'HELD') return;
      const sheet = await stock.sheet(
        session,
        aside.lines.map(({ skuId }) => skuId),
      );
      await reservations.save(session, [release(aside, sheet, 'CANCELLED')]);
      await stock.write(session, sheet, { movements: [], at: clock.now() });
    },
  });
}
