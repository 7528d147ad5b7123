import type { Clock } from '#kit/clock/clock.ts';
import type { Transact } from '#kit/mongo/transaction.ts';
import type { Call } from '#kit/transport/transport.ts';
import { accepted, invalidState, notFound, refused, type Outcome } from '#kit/user-error/user-error.ts';
import type { Orders } from '../../order/store/orders.ts';
import type { OrderPrivacy } from '../../personal-data/order-privacy.ts';
import { claimsOf, exchangeOff, orderOf, type AfterSale } from '../domain/after-sale.ts';
import { reasonRefusals } from '../domain/decide-after-sale.ts';
import type { AfterSales } from '../store/after-sales.ts';
import { returnClaims } from './close-after-sales.ts';
import type { Replacements } from './replacements.ts';
import type { SettleAfterSale } from './settle-after-sale.ts';

interface ApproveParts {
  readonly afterSales: AfterSales;
  readonly settleAfterSale: SettleAfterSale;
  readonly replacements: Pick<Replacements, 'reserve'>;
  readonly clock: Clock;
}

interface RefuseParts {
  readonly afterSales: AfterSales;
  readonly orders: Orders;
  readonly privacy: Pick<OrderPrivacy, 'sealWords'>;
  readonly transact: Transact;
  readonly clock: Clock;
}

const path = ['afterSaleId'] as const;

/** The after-sale's present state as a refusal, or that there is none. */
export async function notNow(afterSales: Pick<AfterSales, 'byId'>, id: string) {
  const now = await afterSales.byId(id);
  return refused(now === null ? notFound(path, 'afterSale') : invalidState(path, { state: now.status }));
}

/** Grants a request; a refund without return is paid at once, and the replacement of an exchange is reserved. */
export function createApproveAfterSale({ afterSales, settleAfterSale, replacements, clock }: ApproveParts) {
  return async function approveAfterSale(id: string, call: Call): Promise<Outcome<AfterSale>> {
    const asked = await afterSales.byId(id);
    if (asked?.status !== 'REQUESTED') return notNow(afterSales, id);
    const isExchange = asked.kind === 'EXCHANGE';
    if (isExchange) {
      const reserved = await replacements.reserve(asked, call);
      if (!reserved.ok) return reserved;
    }
    const at = clock.now();
    const pendingSince = asked.kind === 'REFUND_ONLY' ? at : null;
    const approved = await afterSales.approve(asked, { pendingSince, replacement: isExchange ? 'HELD' : null }, at);
    if (approved === null) return notNow(afterSales, id);
    if (approved.kind !== 'REFUND_ONLY') return accepted(approved);
    const settled = await settleAfterSale.approved(id);
    // A job, or the cancellation of the whole order, may have been faster.
    return accepted(settled ?? (await afterSales.byId(id)) ?? approved);
  };
}

/** Declines a request; its units may be asked for again. */
export function createRefuseAfterSale({ afterSales, orders, privacy, transact, clock }: RefuseParts) {
  return async function refuseAfterSale(id: string, given: string): Promise<Outcome<AfterSale>> {
    const words = given.trim();
    const wrong = reasonRefusals(words);
    if (wrong.length > 0) return refused(...wrong);
    const at = clock.now();
    const declined = await transact(async (session) => {
      const before = await afterSales.byId(id, session);
      if (before === null) return null;
      const refusal = await privacy.sealWords(orderOf(before), 'afterSales.refusal', id, words);
      const afterSale = await afterSales.move(id, 'refuse', at, { refusal, ...exchangeOff(before, at) }, session);
      if (afterSale === null) return null;
      await returnClaims(orders, session, afterSale, claimsOf(before));
      await orders.note(session, afterSale.orderId, { at, actor: 'staff', note: `REFUSED:${id}` });
      return afterSale;
    });
    return declined === null ? notNow(afterSales, id) : accepted(declined);
  };
}
