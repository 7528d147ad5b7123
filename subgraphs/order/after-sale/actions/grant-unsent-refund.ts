import type { Clock } from '#kit/clock/clock.ts';
import type { Call } from '#kit/transport/transport.ts';
import type { Returns } from '../../neighbours.ts';
import type { AfterSale } from '../domain/after-sale.ts';
import type { AfterSales } from '../store/after-sales.ts';
import type { SettleAfterSale } from './settle-after-sale.ts';

interface GrantParts {
  readonly afterSales: AfterSales;
  readonly returns: Pick<Returns, 'withdrawUnits'>;
  readonly settleAfterSale: SettleAfterSale;
  readonly clock: Clock;
}

export type GrantUnsentRefund = ReturnType<typeof createGrantUnsentRefund>;

/**
 * A refund of goods that are still here needs nobody's decision: the warehouses keep them, then the money goes back. When they have left meanwhile, the request
 * waits for the shop. Repeatable: the withdrawal has the after-sale's id.
 */
export function createGrantUnsentRefund({ afterSales, returns, settleAfterSale, clock }: GrantParts) {
  return async function grantUnsentRefund({ _id, orderId, lines }: AfterSale, call: Call): Promise<void> {
    const withdrawn = await returns.withdrawUnits(
      { orderId, withdrawalId: _id, lines: lines.map(({ orderLineId, quantity }) => ({ orderLineId, quantity })) },
      call,
    );
    if (withdrawn.ok) await settleAfterSale.unsent(_id, withdrawn.value);
    else await afterSales.leaveToShop(_id, clock.now());
  };
}
