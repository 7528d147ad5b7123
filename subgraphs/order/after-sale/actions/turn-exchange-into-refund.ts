import type { Clock } from '#kit/clock/clock.ts';
import { accepted, notFound, refused, type Outcome } from '#kit/user-error/user-error.ts';
import { hasScope, memberIdOrNull, type Viewer } from '#kit/viewer/viewer.ts';
import type { AfterSale } from '../domain/after-sale.ts';
import type { AfterSales } from '../store/after-sales.ts';
import { notNow } from './decide-requests.ts';
import type { SettleAfterSale } from './settle-after-sale.ts';

interface TurnParts {
  readonly afterSales: AfterSales;
  readonly settleAfterSale: SettleAfterSale;
  readonly clock: Clock;
}

export type TurnExchangeIntoRefund = ReturnType<typeof createTurnExchangeIntoRefund>;

/**
 * The shopper, or the shop, takes money for other goods: before the goods are back the exchange becomes a return; after that it is paid at once, if its replacement
 * can't be sent.
 */
export function createTurnExchangeIntoRefund({ afterSales, settleAfterSale, clock }: TurnParts) {
  async function findFor(viewer: Viewer, id: string): Promise<AfterSale | null> {
    const memberId = memberIdOrNull(viewer);
    if (memberId !== null) return afterSales.own(id, memberId);
    return hasScope(viewer, 'order:write') ? afterSales.byId(id) : null;
  }

  return async function turnExchangeIntoRefund(id: string, viewer: Viewer): Promise<Outcome<AfterSale>> {
    const before = await findFor(viewer, id);
    if (before === null) return refused(notFound(['afterSaleId'], 'afterSale'));
    const turned =
      before.replacement === 'SHORT'
        ? await settleAfterSale.unreplaced(id)
        : await afterSales.turnIntoReturn(before, clock.now());
    return turned === null ? notNow(afterSales, id) : accepted(turned);
  };
}
