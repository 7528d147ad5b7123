import type { Logger } from 'pino';
import type { Job } from '#kit/jobs/jobs.ts';
import { systemViewer } from '#kit/viewer/viewer.ts';
import type { GrantUnsentRefund } from '../actions/grant-unsent-refund.ts';
import type { ReturnedGoods } from '../actions/receive-returned-goods.ts';
import type { Replacements } from '../actions/replacements.ts';
import type { SettleAfterSale } from '../actions/settle-after-sale.ts';
import type { AfterSales } from '../store/after-sales.ts';

interface FinishParts {
  readonly afterSales: AfterSales;
  readonly settleAfterSale: SettleAfterSale;
  readonly grantUnsentRefund: GrantUnsentRefund;
  readonly replacements: Pick<Replacements, 'giveBack'>;
  readonly returnedGoods: ReturnedGoods;
  readonly log: Pick<Logger, 'warn'>;
}

const everyMs = 10_000;
/** Younger ones are in the hands of whoever asked or decided. */
const settleAfterMs = 15_000;
const batch = 100;

/** Does what a crash, or a neighbour that was away, has left to be done. */
export function finishAfterSales(parts: FinishParts): Job {
  const { afterSales, settleAfterSale, grantUnsentRefund, replacements, returnedGoods, log } = parts;
  const left = (now: Date, limit: number) => afterSales.pendingBefore(new Date(now.getTime() - settleAfterMs), limit);
  return {
    name: 'finish-after-sales',
    everyMs,
    hasWork: async (now) => (await left(now, 1)).length > 0,
    async run({ now, signal }) {
      for (const afterSale of await left(now, batch)) {
        signal.throwIfAborted();
        const call = { viewer: systemViewer('order'), requestId: afterSale._id, signal };
        try {
          if (afterSale.replacement === 'RELEASING') await replacements.giveBack(afterSale, call);
          if (afterSale.withdrawal === 'ASKED') await grantUnsentRefund(afterSale, call);
          else if (afterSale.receipts.length > 0) await returnedGoods.finish(afterSale, call);
          else if (afterSale.status === 'APPROVED') await settleAfterSale.approved(afterSale._id);
        } catch (error) {
          log.warn({ err: error, afterSaleId: afterSale._id }, 'an after-sale could not be finished yet');
        }
      }
    },
  };
}
