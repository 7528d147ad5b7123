import type { Clock } from '#kit/clock/clock.ts';
import type { Transact } from '#kit/mongo/transaction.ts';
import { accepted, refused, type Outcome } from '#kit/user-error/user-error.ts';
import type { Orders } from '../../order/store/orders.ts';
import type { OrderPrivacy } from '../../personal-data/order-privacy.ts';
import { exchangeOff, missingOf, orderOf, type AfterSale } from '../domain/after-sale.ts';
import { reasonRefusals } from '../domain/decide-after-sale.ts';
import type { AfterSales } from '../store/after-sales.ts';
import { returnClaims } from './close-after-sales.ts';
import { notNow } from './decide-requests.ts';

interface EndParts {
  readonly afterSales: AfterSales;
  readonly orders: Orders;
  readonly privacy: Pick<OrderPrivacy, 'sealWords'>;
  readonly transact: Transact;
  readonly clock: Clock;
}

/** The shop doesn't wait any longer: the return ends with what came back, and the other units may be asked for again. */
export function createEndReturn({ afterSales, orders, privacy, transact, clock }: EndParts) {
  return async function endReturn(id: string, given: string): Promise<Outcome<AfterSale>> {
    const words = given.trim();
    const wrong = reasonRefusals(words);
    if (wrong.length > 0) return refused(...wrong);
    const at = clock.now();
    const ended = await transact(async (session) => {
      const before = await afterSales.byId(id, session);
      if (before === null || before.kind === 'REFUND_ONLY' || before.pendingSince !== null) return null;
      const refusal = await privacy.sealWords(orderOf(before), 'afterSales.refusal', id, words);
      const missing = missingOf(before);
      const lines = before.lines
        .filter(({ receivedUnits }) => receivedUnits > 0)
        .map((line) => ({
          ...line,
          quantity: line.receivedUnits,
          paidMinor: line.receivedMinor,
          refundMinor: line.receivedMinor,
        }));
      const refundMinor = lines.reduce((total, line) => total + line.refundMinor, 0);
      const after =
        lines.length === 0
          ? await afterSales.move(id, 'endWithNothing', at, { refusal, ...exchangeOff(before, at) }, session)
          : await afterSales.move(id, 'endWithPart', at, { refusal, lines, refundMinor }, session);
      if (after === null) return null;
      await returnClaims(orders, session, after, missing);
      await orders.note(session, after.orderId, { at, actor: 'staff', note: `${after.status}:${id}` });
      return after;
    });
    return ended === null ? notNow(afterSales, id) : accepted(ended);
  };
}
