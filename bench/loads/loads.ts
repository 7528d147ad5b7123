import {
  AddCartLinesDocument,
  PlaceOrderDocument,
  ProductPageDocument,
  type ProductSort,
  StorefrontDocument,
} from '../../e2e/__generated__/operations.ts';
import { nameOf, sourceOf, type Document } from '../../e2e/world/documents.ts';
import { aShop, type Shop, type ShopPlace, type ShopProduct } from '../../e2e/world/shop.ts';
import type { Shopper } from '../../e2e/world/shopper.ts';
import { newKey } from '../../e2e/world/unique.ts';
import type { ClientRequest, NextRequest } from '../measure/hammer.ts';

/** Something that clients do over and over. */
export interface Load {
  readonly name: string;
  readonly next: NextRequest;
}

/** Of the demo shop. */
const productPages = 50;
/** Of the benchmark's own: plenty of members and goods, so that what contends is the system and not one row. */
const members = 20;
const goods = 20;
const plenty = 1_000_000;

/** Looking around in the demo shop, as anybody does: lists of products and their pages. */
export async function prepareReadingLoads(place: ShopPlace): Promise<readonly Load[]> {
  return readingLoads(await aShop(place));
}

async function readingLoads(shop: Shop): Promise<readonly Load[]> {
  const { products } = await shop.guest().ask(StorefrontDocument, { first: productPages });
  const nextSlug = inTurn(products.nodes.map(({ slug }) => slug));
  const nextPage = inTurn(await pagesOfLists(shop));
  return [
    { name: 'Storefront, 20 products', next: () => request(StorefrontDocument, { first: 20 }) },
    { name: 'Storefront, 20 products, one of all pages', next: () => request(StorefrontDocument, nextPage()) },
    { name: 'ProductPage', next: () => request(ProductPageDocument, { slug: nextSlug(), region: '上海市' }) },
  ];
}

/** Every page of the shop in four orders: as many different questions as people have who don't all look at the same. */
async function pagesOfLists(shop: Shop) {
  const pages: { first: number; sort: ProductSort; after: string | null }[] = [];
  for (const sort of ['NEWEST', 'PRICE_ASC', 'PRICE_DESC', 'SALES_DESC'] as const) {
    let after: string | null = null;
    for (let hasMore = true; hasMore;) {
      const page: (typeof pages)[number] = { first: 20, sort, after };
      pages.push(page);
      const { products } = await shop.guest().ask(StorefrontDocument, page);
      hasMore = products.pageInfo.hasNextPage;
      after = products.pageInfo.endCursor ?? null;
    }
  }
  return pages;
}

/** Prepares the four loads in a graph that holds the demo shop: members sign up, goods are put on sale. */
export async function prepareLoads(place: ShopPlace): Promise<readonly Load[]> {
  const shop = await aShop(place);
  const reading = await readingLoads(shop);
  const shoppers: Shopper[] = [];
  for (let count = 0; count < members; count += 1) shoppers.push(await shop.shopper());
  const sold: ShopProduct[] = [];
  for (let count = 0; count < goods; count += 1) sold.push(await shop.product({ price: '19.90', stock: plenty }));

  const nextShopper = inTurn(shoppers);
  // Not a divisor of the number of members, so that everybody buys everything.
  const nextGood = inTurn(sold.slice(0, -1));
  const line = (quantity: number) => ({ skuId: nextGood().sku.id, quantity });

  return [
    ...reading,
    { name: 'AddCartLines', next: () => request(AddCartLinesDocument, { input: { lines: [line(1)] } }, nextShopper()) },
    {
      name: 'PlaceOrder',
      next: () => request(PlaceOrderDocument, { input: { lines: [line(1)], idempotencyKey: newKey() } }, nextShopper()),
    },
  ];
}

function request<Data, Variables>(
  document: Document<Data, Variables>,
  variables: Variables,
  by?: Shopper,
): ClientRequest {
  const name = nameOf(document);
  return {
    body: JSON.stringify({ operationName: name, query: sourceOf(name), variables }),
    headers: by === undefined ? {} : { authorization: `Bearer ${by.client.options.token}` },
  };
}

function inTurn<T>(values: readonly T[]): () => T {
  let turn = 0;
  return () => {
    const value = values[turn % values.length];
    turn += 1;
    if (value === undefined) throw new Error('nothing to take in turn');
    return value;
  };
}
