import type { Clock } from '#kit/clock/clock.ts';
import type { Transact } from '#kit/mongo/transaction.ts';
import { accepted, invalidInput, notFound, refused, type Outcome } from '#kit/user-error/user-error.ts';
import type { Member } from '../../caller.ts';
import type { Orders } from '../../order/store/orders.ts';
import type { OrderPrivacy } from '../../personal-data/order-privacy.ts';
import { claimsOf, exchangeOff, orderOf, type AfterSale } from '../domain/after-sale.ts';
import type { AfterSales } from '../store/after-sales.ts';
import { returnClaims } from './close-after-sales.ts';
import { notNow } from './decide-requests.ts';

interface ReturnParts {
  readonly afterSales: AfterSales;
  readonly orders: Orders;
  readonly transact: Transact;
  readonly clock: Clock;
}

const path = ['afterSaleId'] as const;

/** The shopper gives a request up while nothing was sent back or paid; its units may be asked for again. */
export function createCancelAfterSale({ afterSales, orders, transact, clock }: ReturnParts) {
  return async function cancelAfterSale(id: string, member: Member): Promise<Outcome<AfterSale>> {
    const own = await afterSales.own(id, member.memberId);
    if (own === null) return refused(notFound(path, 'afterSale'));
    const at = clock.now();
    const cancelled = await transact(async (session) => {
      const before = await afterSales.byId(id, session);
      const isBeingPaid = before?.kind === 'REFUND_ONLY' && before.status !== 'REQUESTED';
      if (before === null || isBeingPaid || before.receipts.length > 0) return null;
      const after = await afterSales.move(id, 'cancel', at, exchangeOff(before, at), session);
      if (after === null) return null;
      await returnClaims(orders, session, after, claimsOf(before));
      await orders.note(session, after.orderId, { at, actor: 'member', note: `CANCELLED:${id}` });
      return after;
    });
    return cancelled === null ? notNow(afterSales, id) : accepted(cancelled);
  };
}

const carrierLength = { least: 1, most: 40 };
const trackingNumbers = /^[A-Za-z0-9-]{4,40}$/;

/** The shopper has handed the goods of a granted return to a carrier; said again, it corrects what was said before. */
export function createSendBackGoods({
  afterSales,
  privacy,
  clock,
}: Pick<ReturnParts, 'afterSales' | 'clock'> & { readonly privacy: Pick<OrderPrivacy, 'sealParcel'> }) {
  return async function sendBackGoods(
    { afterSaleId, ...input }: { afterSaleId: string; carrier: string; trackingNumber: string },
    member: Member,
  ): Promise<Outcome<AfterSale>> {
    const carrier = input.carrier.trim();
    if (carrier.length < carrierLength.least || carrier.length > carrierLength.most) {
      return refused(
        invalidInput(['carrier'], {
          en: `Name the carrier in 1 to ${carrierLength.most} characters.`,
          zh: `请用 1 到 ${carrierLength.most} 个字符填写快递公司。`,
        }),
      );
    }
    if (!trackingNumbers.test(input.trackingNumber)) {
      return refused(
        invalidInput(['trackingNumber'], {
          en: 'A tracking number has 4 to 40 letters, digits and hyphens.',
          zh: '运单号须为 4 到 40 位字母、数字或连字符。',
        }),
      );
    }
    const own = await afterSales.own(afterSaleId, member.memberId);
    if (own === null) return refused(notFound(path, 'afterSale'));
    if (own.kind === 'REFUND_ONLY') return notNow(afterSales, afterSaleId);
    const at = clock.now();
    const said = { carrier, trackingNumber: input.trackingNumber, sentAt: at };
    const parcel = await privacy.sealParcel(orderOf(own), afterSaleId, said);
    const sent = await afterSales.move(afterSaleId, 'sendBack', at, { parcel });
    return sent === null ? notNow(afterSales, afterSaleId) : accepted(sent);
  };
}
