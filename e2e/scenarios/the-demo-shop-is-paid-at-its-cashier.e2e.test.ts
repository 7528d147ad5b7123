import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openCallbackDoor } from '#kit/testing/callback-door.ts';
import { eventually } from '#kit/testing/eventually.ts';
import { type Cashier, openCashier } from '../../scripts/demo/cashier/open-cashier.ts';
import { OrderMoneyDocument, PayOrderDocument } from '../__generated__/operations.ts';
import { startPrivateGraph, type PrivateGraph } from '../setup/private-graph.ts';
import { accepted } from '../world/client.ts';
import { aShop, type ShopProduct } from '../world/shop.ts';
import type { Order, Shopper } from '../world/shopper.ts';
import { newKey, yuan } from '../world/unique.ts';

let graph: PrivateGraph;
let cashier: Cashier;
let door: Awaited<ReturnType<typeof openCallbackDoor>>;
let shopper: Shopper;
let product: ShopProduct;
beforeAll(async () => {
  // The graph isn't there yet, but its platforms have to know where they will call.
  door = await openCallbackDoor(() => graph.subgraphs.order);
  cashier = await openCashier({ shopUrl: door.url, appId: 'wx-demo', tellEveryMs: 50 });
  graph = await startPrivateGraph('all in one', { env: { ...cashier.env } });
  const shop = await aShop(graph);
  [product, shopper] = await Promise.all([shop.product({ price: '50.00', stock: 20 }), shop.shopper()]);
  // Six services start, on a machine that may be busy.
}, 180_000);
afterAll(async () => {
  await graph?.stop();
  await cashier?.stop();
  await door?.stop();
});

type Provider = 'WECHAT_PAY' | 'ALIPAY' | 'STRIPE';
type Scene = 'QR_CODE' | 'WEB';

const places = () => shopper.places([{ skuId: product.sku.id, quantity: 1 }]);
const begins = async ({ id: orderId }: Order, provider: Provider, scene: Scene) => {
  const input = { orderId, provider, scene, idempotencyKey: newKey() };
  return accepted((await shopper.client.ask(PayOrderDocument, { input })).payOrder, 'payment');
};
const moneyOf = async ({ id }: Order) => (await shopper.client.ask(OrderMoneyDocument, { id })).order;
const look = async (path = '/', method = 'GET') => {
  const answer = await fetch(new URL(path, cashier.url), { method });
  return { status: answer.status, text: await answer.text() };
};

test.each<[Provider, Scene]>([
  ['WECHAT_PAY', 'QR_CODE'],
  ['ALIPAY', 'QR_CODE'],
  ['STRIPE', 'WEB'],
])('an order is paid by %s, and its money is back after it was cancelled', async (provider, scene) => {
  const order = await places();
  const payment = await begins(order, provider, scene);
  expect(payment).toMatchObject({ status: 'PENDING', provider, amount: yuan('58.00') });
  const waiting = await look();
  expect(waiting.text).toContain(payment.id);
  expect(waiting.text).toContain('58.00 CNY');

  expect(await look(`/pay/${payment.id}`, 'POST')).toMatchObject({
    status: 200,
    text: expect.stringContaining('is paid'),
  });
  expect((await look()).text).not.toContain(payment.id);
  expect(await moneyOf(order)).toMatchObject({ status: 'PAID', payments: [{ id: payment.id, status: 'SUCCEEDED' }] });

  await shopper.cancels(order);
  await eventually(async () =>
    expect(await moneyOf(order)).toMatchObject({ status: 'CANCELLED', refundStatus: 'FULL', refunded: yuan('58.00') }),
  );
});

test('a browser that is sent to Alipay’s page finds the payment at the cashier', async () => {
  const order = await places();
  const payment = await begins(order, 'ALIPAY', 'WEB');
  expect((await look()).text).not.toContain(payment.id);
  const { redirectUrl } = payment.clientParameters as { redirectUrl: string };
  const page = await fetch(redirectUrl);
  expect(page.url).toBe(`${cashier.url}/`);
  expect(await page.text()).toContain(payment.id);
});

test.each([
  ['that nobody began', '/pay/pay_nobody', 'POST', 404],
  ['that is only looked for', '/', 'DELETE', 405],
])('a payment %s is refused', async (_, path, method, status) => {
  expect((await look(path, method)).status).toBe(status);
});
