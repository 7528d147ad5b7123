import { setTimeout as pause } from 'node:timers/promises';
import {
  AddCartLinesDocument,
  CheckoutPreviewDocument,
  PayOrderDocument,
  PlaceOrderDocument,
  PurchaseFlashSaleItemDocument,
  type PlaceOrderInput,
} from '../../e2e/__generated__/operations.ts';
import type { Answer, Client } from '../../e2e/world/client.ts';
import { newKey } from '../../e2e/world/unique.ts';
import type { Said } from './tally.ts';

interface Payload {
  readonly userErrors: readonly { readonly code: string }[];
}

/** Of one question. */
const mostTries = 12;
/** Grows with every try, so that those who ask again don't keep the others from being answered. Milliseconds. */
const pauseMs = 250;

/** What an answer says: `done`, the code of its first refusal, or `error <code>`. */
async function said<Data>(answer: Promise<Answer<Data>>, payload: (data: Data) => Payload): Promise<Said<Data>> {
  try {
    const { data, errors, status } = await answer;
    const [error] = errors;
    if (error) return { word: `error ${error.extensions.code}`, data, errors: 1 };
    if (data === null) return { word: `error HTTP ${status}`, data, errors: 1 };
    return { word: payload(data).userErrors[0]?.code ?? 'done', data, errors: 0 };
  } catch (error) {
    return { word: `error ${error instanceof Error ? error.message : 'unknown'}`, data: null, errors: 1 };
  }
}

/** An error leaves it open what happened: the same is asked again, with the same key. How many errors there were is counted. */
async function persistently<Data>(ask: () => Promise<Said<Data>>): Promise<Said<Data>> {
  let errors = 0;
  for (let tries = 1; ; tries += 1) {
    const answer = await ask();
    errors += answer.errors;
    if (answer.errors === 0 || tries === mostTries) return { ...answer, errors };
    await pause(pauseMs * tries * (1 + Math.random()));
  }
}

/** Puts one piece into the cart. It has no key, so it is asked once. */
export const adds = (client: Client, skuId: string) =>
  said(client.send(AddCartLinesDocument, { input: { lines: [{ skuId, quantity: 1 }] } }), (data) => data.addCartLines);
/** Places an order, with a key of its own. */
export const places = (client: Client, more: Omit<PlaceOrderInput, 'idempotencyKey'>) => {
  const input = { ...more, idempotencyKey: newKey() };
  return persistently(() => said(client.send(PlaceOrderDocument, { input }), (data) => data.placeOrder));
};
/** Pays with play money. */
export const pays = (client: Client, orderId: string, idempotencyKey = newKey()) => {
  const input = { orderId, provider: 'TEST', idempotencyKey };
  return persistently(() => said(client.send(PayOrderDocument, { input }), (data) => data.payOrder));
};
/** Looks at what an order would cost. */
export const previews = (client: Client, input: object) =>
  persistently(() => said(client.send(CheckoutPreviewDocument, { input }), (data) => data.checkoutPreview));
/** Wants one piece of a flash sale. */
export const purchases = (client: Client, itemId: string) => {
  const input = { itemId, quantity: 1, idempotencyKey: newKey() };
  return persistently(() =>
    said(client.send(PurchaseFlashSaleItemDocument, { input }), (data) => data.purchaseFlashSaleItem),
  );
};

/** Cart, line, preview, order, payment: what a shopper goes through. The first refusal ends it. */
export async function wholeCheckout(client: Client, skuId: string): Promise<Said<unknown>> {
  const added = await adds(client, skuId);
  const cartId = added.data?.addCartLines.cart?.id;
  if (added.word !== 'done' || cartId === undefined) return added;
  const previewed = await previews(client, { cartId });
  const total = previewed.data?.checkoutPreview.quote?.total;
  if (previewed.word !== 'done' || total === undefined) return previewed;
  const expectedTotal = { amount: total.amount, currency: total.currency };
  const placed = await places(client, { cartId, expectedTotal });
  const orderId = placed.data?.placeOrder.order?.id;
  if (placed.word !== 'done' || orderId === undefined) return placed;
  const paid = await pays(client, orderId);
  const word = paid.word === 'done' ? (paid.data?.payOrder.order?.status ?? 'no order') : paid.word;
  return { word, data: null, errors: previewed.errors + placed.errors + paid.errors };
}
