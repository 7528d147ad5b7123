import type { Logger } from 'pino';
import type { Clock } from '#kit/clock/clock.ts';
import type { Call } from '#kit/transport/transport.ts';
import { accepted, invalidState, notFound, refused, type Outcome } from '#kit/user-error/user-error.ts';
import type { Logistics } from '../../neighbours.ts';
import type { AfterSale } from '../domain/after-sale.ts';
import type { AfterSales } from '../store/after-sales.ts';
import type { SettleAfterSale } from './settle-after-sale.ts';

interface ReceiveParts {
  readonly afterSales: AfterSales;
  readonly logistics: Logistics;
  readonly settleAfterSale: SettleAfterSale;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'error'>;
}

export type ReturnedGoods = ReturnType<typeof createReturnedGoods>;

/** What happens to a granted return when its goods are back: stock first, then the money. */
export function createReturnedGoods({ afterSales, logistics, settleAfterSale, clock, log }: ReceiveParts) {
  /** From the receipt on, idempotent by the after-sale: also for whoever comes after a crash. */
  async function finish(afterSale: AfterSale, call: Call): Promise<AfterSale> {
    const lines = afterSale.lines.map(({ skuId, quantity }) => ({ skuId, quantity }));
    const restocked = await logistics.restockReturn(
      { orderId: afterSale.orderId, afterSaleId: afterSale._id, lines },
      call,
    );
    // The goods are here whatever the stock book says: the shopper's money doesn't wait for it.
    if (!restocked.ok)
      log.error({ afterSaleId: afterSale._id, refusals: restocked.refusals }, 'returned goods could not be restocked');
    return (await settleAfterSale(afterSale._id, 'refundReturned')) ?? afterSale;
  }

  return {
    finish,

    async receive(id: string, call: Call): Promise<Outcome<AfterSale>> {
      const path = ['afterSaleId'];
      const asked = await afterSales.byId(id);
      if (asked === null) return refused(notFound(path, 'afterSale'));
      const returned = asked.kind === 'RETURN_AND_REFUND' ? await afterSales.move(id, 'receive', clock.now()) : null;
      if (returned !== null) return accepted(await finish(returned, call));
      const now = await afterSales.byId(id);
      return refused(invalidState(path, { state: now?.status ?? asked.status }));
    },
  };
}
