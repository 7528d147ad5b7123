import type { Job } from '#kit/jobs/jobs.ts';
import { systemViewer } from '#kit/viewer/viewer.ts';
import type { ReturnedGoods } from '../actions/receive-returned-goods.ts';
import type { SettleAfterSale } from '../actions/settle-after-sale.ts';
import type { AfterSales } from '../store/after-sales.ts';

interface FinishParts {
  readonly afterSales: AfterSales;
  readonly settleAfterSale: SettleAfterSale;
  readonly returnedGoods: ReturnedGoods;
}

const everyMs = 30_000;
/** Younger ones are in the hands of whoever decided them. */
const settleAfterMs = 15_000;
const batch = 100;

/** Pays what was granted and left behind by a crash. */
export function finishGrantedAfterSales({ afterSales, settleAfterSale, returnedGoods }: FinishParts): Job {
  return {
    name: 'finish-granted-after-sales',
    everyMs,
    async run({ now, signal }) {
      for (const afterSale of await afterSales.unfinishedBefore(new Date(now.getTime() - settleAfterMs), batch)) {
        signal.throwIfAborted();
        const call = { viewer: systemViewer('order'), requestId: afterSale._id, signal };
        if (afterSale.status === 'RETURNED') await returnedGoods.finish(afterSale, call);
        else await settleAfterSale(afterSale._id, 'refundApproved');
      }
    },
  };
}
