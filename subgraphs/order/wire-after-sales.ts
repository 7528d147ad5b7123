import type { Logger } from 'pino';
import type { Clock } from '#kit/clock/clock.ts';
import type { Once } from '#kit/idempotency/once.ts';
import type { Transact } from '#kit/mongo/transaction.ts';
import { createApproveAfterSale, createRefuseAfterSale } from './after-sale/actions/decide-requests.ts';
import { createEndReturn } from './after-sale/actions/end-return.ts';
import { createGrantUnsentRefund } from './after-sale/actions/grant-unsent-refund.ts';
import { createReturnedGoods } from './after-sale/actions/receive-returned-goods.ts';
import { createReplacements } from './after-sale/actions/replacements.ts';
import { createRequestAfterSale } from './after-sale/actions/request-after-sale.ts';
import { createCancelAfterSale, createSendBackGoods } from './after-sale/actions/return-goods.ts';
import { createSettleAfterSale } from './after-sale/actions/settle-after-sale.ts';
import { createTurnExchangeIntoRefund } from './after-sale/actions/turn-exchange-into-refund.ts';
import type { Neighbours } from './neighbours.ts';
import type { GiveUpPaidOrder } from './order/actions/give-up-paid-order.ts';
import type { OrderPrivacy } from './personal-data/order-privacy.ts';
import type { RefundDesk } from './refund/actions/refund-desk.ts';
import type { Stores } from './wire-stores.ts';

interface AfterSaleParts {
  readonly stores: Stores;
  readonly neighbours: Neighbours;
  readonly refundDesk: RefundDesk;
  readonly giveUpPaidOrder: GiveUpPaidOrder;
  readonly privacy: OrderPrivacy;
  readonly once: Once;
  readonly transact: Transact;
  readonly clock: Clock;
  readonly log: Logger;
  /** How long after the receipt an after-sale can be asked for, milliseconds. */
  readonly windowMs: number;
}

export type AfterSaleActions = ReturnType<typeof createAfterSaleActions>['afterSaleActions'];

/** The actions on after-sales, and the parts that a job shares with them. */
export function createAfterSaleActions({ stores, neighbours, ...rest }: AfterSaleParts) {
  const parts = { ...stores, ...neighbours, ...rest };
  const settleAfterSale = createSettleAfterSale(parts);
  const grantUnsentRefund = createGrantUnsentRefund({ ...parts, settleAfterSale });
  const replacements = createReplacements(parts);
  const returnedGoods = createReturnedGoods({ ...parts, settleAfterSale, replacements });
  return {
    settleAfterSale,
    grantUnsentRefund,
    replacements,
    returnedGoods,
    afterSaleActions: {
      requestAfterSale: createRequestAfterSale({ ...parts, grantUnsentRefund }),
      approveAfterSale: createApproveAfterSale({ ...parts, settleAfterSale, replacements }),
      refuseAfterSale: createRefuseAfterSale(parts),
      cancelAfterSale: createCancelAfterSale(parts),
      sendBackGoods: createSendBackGoods(parts),
      receiveReturnedGoods: returnedGoods.receive,
      endReturn: createEndReturn(parts),
      turnExchangeIntoRefund: createTurnExchangeIntoRefund({ ...parts, settleAfterSale }),
    },
  };
}
