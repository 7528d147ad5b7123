import type { Clock } from '#kit/clock/clock.ts';
import type { Once } from '#kit/idempotency/once.ts';
import type { Transact } from '#kit/mongo/transaction.ts';
import type { Call } from '#kit/transport/transport.ts';
import { accepted, notFound, refused, type Outcome } from '#kit/user-error/user-error.ts';
import type { Member } from '../../caller.ts';
import type { Product } from '../../neighbours.ts';
import type { Order } from '../../order/domain/order.ts';
import type { Orders } from '../../order/store/orders.ts';
import type { OrderPrivacy } from '../../personal-data/order-privacy.ts';
import { mayHaveUnsent, orderOf, type AfterSale } from '../domain/after-sale.ts';
import {
  decideAfterSale,
  type AfterSaleDecision,
  type AfterSaleRequest,
  type WantedSkus,
} from '../domain/decide-after-sale.ts';
import type { AfterSales } from '../store/after-sales.ts';
import type { GrantUnsentRefund } from './grant-unsent-refund.ts';

interface RequestParts {
  readonly orders: Orders;
  readonly afterSales: AfterSales;
  readonly product: Pick<Product, 'skuFacts'>;
  readonly grantUnsentRefund: GrantUnsentRefund;
  readonly privacy: Pick<OrderPrivacy, 'sealWords'>;
  readonly once: Once;
  readonly transact: Transact;
  readonly clock: Clock;
  /** How long after the receipt an after-sale can be asked for, milliseconds. */
  readonly windowMs: number;
}

/** Another after-sale claimed units of a line between reading and writing. */
class LineMoved extends Error {}

const mostAttempts = 5;

/** Takes a member's request, once for each key. A refund of goods that have not left their warehouse is granted and paid at once. */
export function createRequestAfterSale(parts: RequestParts) {
  const { orders, afterSales, product, grantUnsentRefund, privacy, once, transact, clock, windowMs } = parts;

  /** Claims the units and writes the request, both or neither. */
  async function write(_id: string, order: Order, { kind, lines, reason }: AfterSaleDecision): Promise<AfterSale> {
    const at = clock.now();
    const unsent = kind === 'REFUND_ONLY' && mayHaveUnsent(order.status);
    const whose = { orderId: order._id, memberId: order.memberId ?? '' };
    const afterSale: AfterSale = {
      _id,
      ...whose,
      kind,
      status: 'REQUESTED',
      lines,
      refundMinor: lines.reduce((total, line) => total + line.refundMinor, 0),
      currency: order.currency,
      reason: await privacy.sealWords(orderOf(whose), 'afterSales.reason', _id, reason),
      refusal: null,
      withdrawal: unsent ? 'ASKED' : null,
      replacement: null,
      parcel: null,
      receipts: [],
      pendingSince: unsent ? at : null,
      createdAt: at,
      updatedAt: at,
    };
    await transact(async (session) => {
      for (const { orderLineId, quantity, paidMinor } of lines) {
        const { claimedUnits = 0 } = order.lines.find((line) => line.lineId === orderLineId) ?? {};
        const claim = { lineId: orderLineId, claimedUnits, units: quantity, minor: paidMinor };
        if (!(await orders.claimUnits(session, order._id, order.status, claim))) throw new LineMoved();
      }
      await afterSales.insert(session, afterSale);
      await orders.note(session, order._id, { at, actor: 'member', note: `REQUESTED:${_id}` });
    });
    return afterSale;
  }

  async function wantedOf({ channel }: Order, { lines }: AfterSaleRequest, call: Call): Promise<WantedSkus> {
    const skuIds = [...new Set(lines.flatMap((line) => line.replacementSkuId ?? []))];
    const { skus } = skuIds.length === 0 ? { skus: [] } : await product.skuFacts({ skuIds, channel }, call);
    return new Map(skus.map((sku) => [sku.skuId, sku]));
  }

  async function requestNow(
    id: string,
    orderId: string,
    request: AfterSaleRequest,
    member: Member,
    call: Call,
  ): Promise<Outcome<string>> {
    for (let attempt = 1; ; attempt += 1) {
      const order = await orders.own(orderId, member.memberId);
      if (order === null) return refused(notFound(['orderId'], 'order'));
      // A first try that died after writing: what was left to do, a job or staff does.
      if ((await afterSales.byId(id)) !== null) return accepted(id);
      const wanted = await wantedOf(order, request, call);
      const decided = decideAfterSale(order, request, wanted, { now: clock.now(), windowMs });
      if (!decided.ok) return decided;
      try {
        const written = await write(id, order, decided.value);
        if (written.withdrawal !== null) await grantUnsentRefund(written, call);
        return accepted(id);
      } catch (error) {
        if (!(error instanceof LineMoved) || attempt === mostAttempts) throw error;
      }
    }
  }

  return async function requestAfterSale(
    input: AfterSaleRequest & { readonly orderId: string; readonly idempotencyKey: string },
    member: Member,
    call: Call,
  ): Promise<Outcome<AfterSale>> {
    const { orderId, idempotencyKey, kind, lines, reason } = input;
    const done = await once(
      {
        caller: member.memberId,
        operation: 'requestAfterSale',
        key: idempotencyKey,
        input: { orderId, kind, lines, reason },
        subject: 'afterSale',
      },
      (id) => requestNow(id, orderId, { kind, lines, reason }, member, call),
    );
    if (!done.ok) return done;
    const afterSale = await afterSales.byId(done.value);
    if (afterSale === null) throw new Error(`the after-sale ${done.value} is gone`);
    return accepted(afterSale);
  };
}
