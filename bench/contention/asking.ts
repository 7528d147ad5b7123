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
    if (error) {
      const { code, retryAfterMs, effect } = error.extensions;
      const word = `error ${code}${effect === undefined ? '' : ', effect unknown'}`;
      return { ...failed(word), ...(code === 'BUSY' && effect === undefined ? turnedAway(Number(retryAfterMs)) : {}) };
    }
    if (data === null) return failed(`error HTTP ${status}`);
    return { word: payload(data).userErrors[0]?.code ?? 'done', data, errors: 0, turnedAway: 0 };
  } catch (error) {
    return failed(`error ${error instanceof Error ? error.message : 'unknown'}`);
  }
}

const failed = (word: string) => ({ word, data: null, errors: 1, turnedAway: 0 });
/** BUSY is what a graph shall say that has more to do than it can: nothing was done, and it says when to come again. */
const turnedAway = (comeAgainMs: number) => ({ errors: 0, turnedAway: 1, comeAgainMs });

/**
 * The same is asked again, with the same key, after an error, which leaves it open what happened, and after BUSY, when that says. How many of both there were is
 * counted.
 */
async function persistently<Data>(ask: () => Promise<Said<Data>>, hasKey = true): Promise<Said<Data>> {
  let errors = 0;
  let away = 0;
  for (let tries = 1; ; tries += 1) {
    const answer = await ask();
    errors += answer.errors;
    away += answer.turnedAway;
    const isAnswered = answer.errors + answer.turnedAway === 0;
    const mayAskAgain = answer.turnedAway > 0 || hasKey;
    if (isAnswered || !mayAskAgain || tries === mostTries) return { ...answer, errors, turnedAway: away };
    await pause(Math.max(answer.comeAgainMs ?? 0, pauseMs * tries) * (1 + Math.random()));
  }
}

/** Puts one piece into the cart. It has no key, so it is asked again only when nothing was done. */
export const adds = (client: Client, skuId: string) => {
  const input = { lines: [{ skuId, quantity: 1 }] };
  return persistently(() => said(client.send(AddCartLinesDocument, { input }), (data) => data.addCartLines), false);
};
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
  if (added.word !== 'done' || cartId === undefined) return ended(added);
  const previewed = await previews(client, { cartId });
  const total = previewed.data?.checkoutPreview.quote?.total;
  if (previewed.word !== 'done' || total === undefined) return ended(added, previewed);
  const expectedTotal = { amount: total.amount, currency: total.currency };
  const placed = await places(client, { cartId, expectedTotal });
  const orderId = placed.data?.placeOrder.order?.id;
  if (placed.word !== 'done' || orderId === undefined) return ended(added, previewed, placed);
  const paid = await pays(client, orderId);
  const word = paid.word === 'done' ? (paid.data?.payOrder.order?.status ?? 'no order') : paid.word;
  return ended(added, previewed, placed, { ...paid, word });
}

/** The last word of several steps, with what went before it. */
function ended(...steps: readonly Said<unknown>[]): Said<unknown> {
  const sum = (of: (step: Said<unknown>) => number) => steps.reduce((all, step) => all + of(step), 0);
  const errors = sum((step) => step.errors);
  return { word: steps.at(-1)?.word ?? '', data: null, errors, turnedAway: sum((step) => step.turnedAway) };
}
