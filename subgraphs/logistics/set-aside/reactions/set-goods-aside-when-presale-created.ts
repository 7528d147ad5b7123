import { reaction, type Reaction } from '#kit/inbox/inbox.ts';
import type { Clock } from '#kit/clock/clock.ts';
import type { Reservations } from '../../reservation/store/reservations.ts';
import type { StockBook } from '../../stock/store/stock-book.ts';
import { filled, nothingAside } from '../domain/set-aside.ts';

/** A presale's quota is kept from other sales: what is there now, and what arrives as long as it is wanted. */
export function setGoodsAsideWhenPresaleCreated(parts: {
  readonly reservations: Reservations;
  readonly stock: StockBook;
  readonly clock: Clock;
}): Reaction {
  const { reservations, stock, clock } = parts;
  return reaction({
    name: 'set-goods-aside-when-presale-created',
    on: 'presale.created',
    async react({ payload: { presaleId, skuId, quota, balanceTo } }, session) {
      const at = clock.now();
      const sheet = await stock.sheet(session, [skuId]);
      const aside = filled(nothingAside({ presaleId, skuId, quota, until: new Date(balanceTo) }, at), sheet);
      await reservations.save(session, [aside]);
      await stock.write(session, sheet, { movements: [], at });
    },
  });
}
