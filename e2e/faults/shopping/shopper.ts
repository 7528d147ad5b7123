import {
  AddCartLinesDocument,
  ApplyCouponCodeDocument,
  CancelOrderDocument,
  PayOrderDocument,
  PlaceOrderDocument,
  PurchaseFlashSaleItemDocument,
  StorefrontDocument,
  type PlaceOrderInput,
} from '../../__generated__/operations.ts';
import { signTestNotification } from '../../../subgraphs/order/payment/providers/test-provider.ts';
import { testSettings } from '../../setup/test-settings.ts';
import type { Client } from '../../world/client.ts';
import { nameOf, type Document } from '../../world/documents.ts';
import { newKey } from '../../world/unique.ts';
import { askUntilAnswered, type Answers } from './ask-until-answered.ts';
import { chooseSku, type Goods } from './goods.ts';
import type { Promised, Promises } from './promises.ts';
import type { Chance } from '#kit/testing/chance.ts';

/** Who shops, where, and what is kept of it. */
export interface Shopping {
  readonly client: Client;
  readonly goods: Goods;
  readonly luck: Chance;
  readonly promises: Promises;
  readonly answers: Answers;
  /** All that the shopper has: less than half the price of anything. */
  readonly points: number;
}

interface Acknowledged {
  readonly id: string;
  readonly number: string;
  readonly total: { readonly amount: string };
}

/** Every callback comes this often. */
const callbacks = 3;

/** A shopper who does one thing after another, as luck will have it, and asks again with the same key until answered. */
export function createShopper({ client, goods, luck, promises, answers, points }: Shopping) {
  const ask = <Data, Variables>(document: Document<Data, Variables>, variables: Variables) =>
    askUntilAnswered(answers, nameOf(document), () => client.send(document, variables));

  function acknowledged(order: Acknowledged | null | undefined): Promised | null {
    if (!order) return null;
    const { id, number, total } = order;
    return promises.placed({ id, number, totalMinor: Math.round(Number(total.amount) * 100) });
  }

  async function place(more: Omit<PlaceOrderInput, 'idempotencyKey'>): Promise<Promised | null> {
    const answer = await ask(PlaceOrderDocument, { input: { ...more, idempotencyKey: newKey() } });
    return acknowledged(answer?.placeOrder.order);
  }

  async function placeCart(): Promise<Promised | null> {
    const lines = [{ skuId: chooseSku(goods, luck), quantity: 1 + luck.below(3) }];
    const filled = await ask(AddCartLinesDocument, { input: { lines } });
    const cartId = filled?.addCartLines.cart?.id;
    if (cartId === undefined) return null;
    if (luck.happens(0.5)) await ask(ApplyCouponCodeDocument, { input: { cartId, code: goods.couponCode } });
    return place({ cartId });
  }

  /** All points for several orders at once: all but one are refused, and what was held for them goes back. Then that one is cancelled, and the points are there again. */
  async function placeManyWithAllPoints(): Promise<null> {
    const input = { lines: [{ skuId: chooseSku(goods, luck), quantity: 1 }], pointsToSpend: points };
    const placed = await Promise.all(Array.from({ length: 4 }, () => place(input)));
    for (const order of placed) if (order !== null) await cancel(order);
    return null;
  }

  async function purchase(): Promise<Promised | null> {
    const input = { itemId: goods.flashItemId, quantity: 1, idempotencyKey: newKey() };
    const answer = await ask(PurchaseFlashSaleItemDocument, { input });
    return acknowledged(answer?.purchaseFlashSaleItem.order);
  }

  /** Pays, sometimes by two devices at once; then the platform calls back three times. */
  async function pay(order: Promised): Promise<void> {
    const attempts = luck.happens(0.15) ? 2 : 1;
    const paid = await Promise.all(
      Array.from({ length: attempts }, () =>
        ask(PayOrderDocument, {
          input: { orderId: order.orderId, provider: 'TEST', idempotencyKey: newKey() },
        }),
      ),
    );
    for (const answer of paid) {
      const payment = answer?.payOrder.payment;
      if (payment?.status !== 'SUCCEEDED') continue;
      order.status = 'PAID';
      await Promise.all(Array.from({ length: callbacks }, () => callBack(order, payment.id)));
    }
  }

  async function callBack({ orderId, totalMinor }: Promised, paymentId: string): Promise<void> {
    const said = {
      paymentId,
      orderId,
      transactionId: `test-${paymentId}`,
      outcome: 'SUCCEEDED',
      amountMinor: totalMinor,
      currency: 'CNY',
    };
    const rawBody = Buffer.from(JSON.stringify(said));
    await askUntilAnswered(answers, 'callback', async () => {
      const { headers } = signTestNotification(testSettings.PAYMENT_TEST_SECRET, rawBody, new Date());
      const answer = await fetch(`${client.options.url}/callbacks/order/payments/test`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: rawBody,
      });
      await answer.body?.cancel();
      const data = answer.ok ? {} : null;
      return { status: answer.status, headers: answer.headers, data, errors: [] };
    });
  }

  async function cancel(order: Promised): Promise<void> {
    order.wantsToCancel = true;
    const answer = await ask(CancelOrderDocument, { input: { orderId: order.orderId, idempotencyKey: newKey() } });
    if (answer?.cancelOrder.order) order.status = 'CANCELLED';
  }

  async function browse(): Promise<null> {
    await ask(StorefrontDocument, { first: 5 });
    return null;
  }

  /** Does one thing, to its end. */
  return async function shopOnce(): Promise<void> {
    const wish = luck.next() * 100;
    const order = await (wish < 15
      ? browse()
      : wish < 45
        ? placeCart()
        : wish < 60
          ? placeManyWithAllPoints()
          : wish < 75
            ? purchase()
            : place({ lines: [{ skuId: chooseSku(goods, luck), quantity: 1 }] }));
    if (order === null) return;
    const next = luck.next() * 100;
    // The rest is left to expire.
    if (next < 70) await pay(order);
    else if (next < 85) await cancel(order);
    if (order.status === 'PAID' && luck.happens(0.3)) await cancel(order);
  };
}
