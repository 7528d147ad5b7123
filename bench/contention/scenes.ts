import { ApplyCouponCodeDocument, CartDocument, OrderDetailDocument } from '../../e2e/__generated__/operations.ts';
import type { Client } from '../../e2e/world/client.ts';
import type { Shop, ShopProduct } from '../../e2e/world/shop.ts';
import { newKey, uniqueCode, yuan } from '../../e2e/world/unique.ts';
import { adds, pays, places, previews, purchases, wholeCheckout } from './asking.ts';
import { atMost } from './crowd.ts';
import { Tally } from './tally.ts';

/** Where a scene plays, and who is in it. Each has members of its own, whose carts are empty; the flash sale has everybody. */
export interface Stage {
  readonly shop: Shop;
  readonly crowd: readonly Client[];
  /** Shrinks the crowds, to see that everything works. */
  readonly scale: number;
}

/** How a scene ended. */
export interface SceneResult {
  readonly right: string;
  readonly came: string;
  /** Whether exactly the right thing happened. */
  readonly exact: boolean;
  /** Top-level errors and broken connections. */
  readonly unexpected: string;
  /** Answers that were BUSY: come again. */
  readonly turnedAway: string;
  /** Of the contended part, from the first request to the last answer. */
  readonly seconds: number;
}

export interface Scene {
  readonly name: string;
  play(stage: Stage): Promise<SceneResult>;
}

async function timed<T>(work: () => Promise<T>): Promise<{ seconds: number; value: T }> {
  const begunAt = performance.now();
  const value = await work();
  return { seconds: (performance.now() - begunAt) / 1_000, value };
}

/** What one shopper would pay now. */
async function totalSeenBy(client: Client | undefined, input: object) {
  if (client === undefined) throw new Error('nobody is there');
  const { data, word } = await previews(client, input);
  const total = data?.checkoutPreview.quote?.total;
  if (total === undefined) throw new Error(`the preview was refused: ${word}`);
  return { amount: total.amount, currency: total.currency };
}

/** A cart with one piece in it. */
async function cartOf(client: Client, skuId: string): Promise<string> {
  const { data, word } = await adds(client, skuId);
  const id = data?.addCartLines.cart?.id;
  if (id === undefined) throw new Error(`the cart could not be filled: ${word}`);
  return id;
}

async function reservedOf(shop: Shop, { sku }: ShopProduct) {
  const { reserved, onHand, available } = await shop.warehouse.levelOf(sku.code);
  return { reserved, onHand, available };
}

const count = (full: number, scale: number): number => Math.max(2, Math.round(full * scale));

export const scenes: readonly Scene[] = [
  {
    name: 'whole checkouts at once on too little stock',
    async play({ shop, crowd, scale }) {
      const [stock, buyers] = [count(50, scale), count(200, scale)];
      const product = await shop.product({ price: '49.00', stock });
      const { seconds, value } = await timed(() =>
        Promise.all(crowd.slice(0, buyers).map((client) => wholeCheckout(client, product.sku.id))),
      );
      const tally = new Tally(value);
      const { reserved, available } = await reservedOf(shop, product);
      const right = `${stock} paid, ${buyers - stock} INSUFFICIENT_STOCK`;
      const exact =
        tally.of('PAID') === stock &&
        tally.of('INSUFFICIENT_STOCK') === buyers - stock &&
        reserved === stock &&
        available === 0;
      return {
        right,
        came: `${tally.text()}; reserved ${reserved}, free ${available}`,
        exact,
        seconds,
        ...tally.errors(),
      };
    },
  },
  {
    name: 'coupon limit, all pay at once',
    async play({ shop, crowd, scale }) {
      const [limit, buyers] = [count(10, scale), count(100, scale)];
      const product = await shop.product({ price: '49.00', stock: 1_000 });
      const code = `C${uniqueCode()}`;
      const scope = { skuIds: [product.sku.id] };
      await shop.coupon({ code, scope, amountOff: yuan('5.00'), totalLimit: limit, perMemberLimit: 1 });
      const shoppers = crowd.slice(200, 200 + buyers);
      const carts = await atMost(10, shoppers, async (client) => {
        const cartId = await cartOf(client, product.sku.id);
        await client.ask(ApplyCouponCodeDocument, { input: { cartId, code } });
        return cartId;
      });
      const expectedTotal = await totalSeenBy(shoppers[0], { cartId: carts[0] });
      const { seconds, value } = await timed(() =>
        Promise.all(shoppers.map((client, index) => places(client, { cartId: carts[index] ?? '', expectedTotal }))),
      );
      const tally = new Tally(value);
      const discounts = value.map(({ data }) => data?.placeOrder.order?.discount.amount).filter((each) => each);
      const discounted = discounts.filter((amount) => amount === '5.00').length;
      return {
        right: `${limit} discounted, ${buyers - limit} told`,
        came: `${tally.text()}; ${discounted} discounted, ${discounts.length - discounted} charged in full`,
        exact: tally.of('done') === limit && discounted === limit && tally.refused() === buyers - limit,
        seconds,
        ...tally.errors(),
      };
    },
  },
  {
    name: 'abandoned carts with all of a coupon',
    async play({ shop, crowd, scale }) {
      const limit = count(10, scale);
      const product = await shop.product({ price: '49.00', stock: 1_000 });
      const code = `C${uniqueCode()}`;
      const scope = { skuIds: [product.sku.id] };
      await shop.coupon({ code, scope, amountOff: yuan('5.00'), totalLimit: limit, perMemberLimit: 1 });
      const shoppers = crowd.slice(300, 301 + limit);
      const carts = await atMost(10, shoppers, async (client) => {
        const cartId = await cartOf(client, product.sku.id);
        await client.ask(ApplyCouponCodeDocument, { input: { cartId, code } });
        return cartId;
      });
      const last = shoppers.at(-1);
      if (last === undefined) throw new Error('nobody is there');
      const { seconds, value } = await timed(() => places(last, { cartId: carts.at(-1) ?? '' }));
      const discount = value.data?.placeOrder.order?.discount.amount;
      const tally = new Tally([value]);
      return {
        right: 'the next one may use it',
        came: value.word === 'done' ? `placed, ${discount} off` : value.word,
        exact: value.word === 'done' && discount === '5.00',
        seconds,
        ...tally.errors(),
      };
    },
  },
  {
    name: 'last step sent twice',
    async play({ shop, crowd, scale }) {
      const orders = count(50, scale);
      const product = await shop.product({ price: '49.00', stock: 1_000 });
      const shoppers = crowd.slice(320, 320 + orders);
      const ids = await atMost(10, shoppers, async (client) => {
        const { data, word } = await places(client, { lines: [{ skuId: product.sku.id, quantity: 1 }] });
        const id = data?.placeOrder.order?.id;
        if (id === undefined) throw new Error(`the order could not be placed: ${word}`);
        return id;
      });
      const { seconds, value } = await timed(() =>
        Promise.all(
          shoppers.flatMap((client, index) => {
            const key = newKey();
            return [pays(client, ids[index] ?? '', key), pays(client, ids[index] ?? '', key)];
          }),
        ),
      );
      const details = await atMost(10, shoppers, (client, index) =>
        client.ask(OrderDetailDocument, { id: ids[index] ?? '' }),
      );
      const taken = details.map(
        ({ order }) => order?.payments.filter(({ status }) => status === 'SUCCEEDED').length ?? 0,
      );
      const payments = taken.reduce((sum, each) => sum + each, 0);
      const tally = new Tally(value);
      return {
        right: `${orders} payments`,
        came: `${payments} payments; ${tally.text()}`,
        exact: taken.every((each) => each === 1) && tally.of('done') === orders * 2,
        seconds,
        ...tally.errors(),
      };
    },
  },
  {
    name: '10 adds at once to one cart',
    async play({ shop, crowd, scale }) {
      const carts = count(20, scale);
      const product = await shop.product({ price: '49.00', stock: 1_000 });
      const shoppers = crowd.slice(400, 400 + carts);
      const { seconds, value } = await timed(() =>
        Promise.all(shoppers.flatMap((client) => Array.from({ length: 10 }, () => adds(client, product.sku.id)))),
      );
      const tally = new Tally(value);
      const lines = await atMost(10, shoppers, async (client) => {
        const { cart } = await client.ask(CartDocument, {});
        return cart?.lines.filter(({ sku }) => sku?.id === product.sku.id).map(({ quantity }) => quantity) ?? [];
      });
      const whole = lines.filter((each) => each.length === 1 && each[0] === 10).length;
      return {
        right: `${carts} carts with one line of 10`,
        came: `${whole} carts with one line of 10; ${tally.text()}`,
        exact: whole === carts && tally.of('done') === carts * 10,
        seconds,
        ...tally.errors(),
      };
    },
  },
  {
    name: 'the edge of a budget',
    async play({ shop, crowd, scale }) {
      const [enough, buyers] = [count(10, scale), count(100, scale)];
      const product = await shop.product({ price: '49.00', stock: 1_000 });
      await shop.promotion({
        kind: 'AMOUNT_OFF_LADDER',
        scope: { skuIds: [product.sku.id] },
        ladder: [{ thresholdAmount: yuan('10.00'), amountOff: yuan('5.00') }],
        // The last cent but one: another order would need 5.00.
        budget: yuan(`${(enough * 5 + 4.99).toFixed(2)}`),
      });
      const lines = [{ skuId: product.sku.id, quantity: 1 }];
      const shoppers = crowd.slice(450, 450 + buyers);
      const expectedTotal = await totalSeenBy(shoppers[0], { lines });
      const { seconds, value } = await timed(() =>
        Promise.all(shoppers.map((client) => places(client, { lines, expectedTotal }))),
      );
      const tally = new Tally(value);
      return {
        right: `${enough} discounted, ${buyers - enough} told`,
        came: tally.text(),
        exact: tally.of('done') === enough && tally.refused() === buyers - enough,
        seconds,
        ...tally.errors(),
      };
    },
  },
  {
    name: 'all points spent by 20 orders at once',
    async play({ shop, crowd }) {
      const product = await shop.product({ price: '49.00', stock: 1_000 });
      const lines = [{ skuId: product.sku.id, quantity: 1 }];
      // Nobody else in these scenes spends points.
      const client = crowd.at(-1);
      if (client === undefined) throw new Error('nobody is there');
      const pointsToSpend = crowdPoints;
      const expectedTotal = await totalSeenBy(client, { lines, pointsToSpend });
      const { seconds, value } = await timed(() =>
        Promise.all(Array.from({ length: 20 }, () => places(client, { lines, pointsToSpend, expectedTotal }))),
      );
      const tally = new Tally(value);
      return {
        right: '1 placed, 19 told',
        came: tally.text(),
        exact: tally.of('done') === 1 && tally.refused() === 19,
        seconds,
        ...tally.errors(),
      };
    },
  },
  {
    name: 'flash sale, 500 connections',
    async play({ shop, crowd, scale }) {
      const [quota, buyers] = [count(1_000, scale), count(2_000, scale)];
      const product = await shop.product({ price: '49.00', stock: quota + 500 });
      const item = { skuId: product.sku.id, price: yuan('9.90'), quota, limitPerMember: 1 };
      const { itemId } = await shop.flashSale(item);
      const { seconds, value } = await timed(() =>
        atMost(500, crowd.slice(0, buyers), (client) => purchases(client, itemId)),
      );
      const tally = new Tally(value);
      const { reserved } = await reservedOf(shop, product);
      return {
        right: `${quota} sold, ${buyers - quota} FLASH_SALE_SOLD_OUT`,
        came: `${tally.text()}; reserved ${reserved}`,
        exact: tally.of('done') === quota && tally.of('FLASH_SALE_SOLD_OUT') === buyers - quota && reserved === quota,
        seconds,
        ...tally.errors(),
      };
    },
  },
];

/** What every member of the crowd has: less than half the price of what is sold, of which points may pay half. */
export const crowdPoints = 1_000;
