import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '#kit/testing/eventually.ts';
import {
  CreateStaffDocument,
  ProductPageDocument,
  SetSkuPriceDocument,
  SignInDocument,
} from '../__generated__/operations.ts';
import { startPrivateGraph, type PrivateGraph } from '../setup/private-graph.ts';
import { topologies } from '../setup/world-facts.ts';
import { accepted } from '../world/client.ts';
import { nameOf, sourceOf } from '../world/documents.ts';
import { aShop, type Shop, type ShopProduct } from '../world/shop.ts';
import { yuan } from '../world/unique.ts';

/** As the guide describes it. */
interface Read {
  readonly subgraph: string;
  readonly readModel: string;
  readonly ageMs: number;
  readonly fromMemory: number;
  readonly fromDatabase: number;
}
interface Page {
  readonly data: { readonly product: { readonly skus: readonly { readonly price: { readonly amount: string } }[] } };
  readonly extensions?: { readonly freshness?: readonly Read[]; readonly cost?: object };
}

describe.each(topologies)('an analyst sees how fresh an answer is (%s)', (topology) => {
  let graph: PrivateGraph;
  let shop: Shop;
  let product: ShopProduct;
  let analyst: string;
  beforeAll(async () => {
    graph = await startPrivateGraph(topology);
    shop = await aShop(graph);
    product = await shop.product({ price: '30.00' });
    const account = { email: 'analyst@example.com', password: 'an-analyst-of-the-shop' };
    const input = { ...account, displayName: 'A', roles: ['ANALYST' as const] };
    accepted((await shop.staff.ask(CreateStaffDocument, { input })).createStaff, 'staff');
    const signIn = { identifier: account.email, password: account.password };
    analyst = accepted((await shop.guest().ask(SignInDocument, { input: signIn })).signIn, 'session').accessToken;
  });
  afterAll(() => graph?.stop());

  async function page(headers: Record<string, string>): Promise<Page> {
    const name = nameOf(ProductPageDocument);
    const variables = { slug: product.slug, region: '上海市' };
    const response = await fetch(`${graph.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-channel': 'web', ...headers },
      body: JSON.stringify({ operationName: name, query: sourceOf(name), variables }),
    });
    return (await response.json()) as Page;
  }
  const asAnalyst = () => ({ authorization: `Bearer ${analyst}` });
  const asked = { 'x-freshness': '1' };

  test('is told of the read models of each subgraph, younger than a second, when it asks', async () => {
    await page({ ...asAnalyst(), ...asked });
    const { extensions } = await eventually(async () => {
      const answer = await page({ ...asAnalyst(), ...asked });
      expect(answer.extensions?.freshness?.every(({ fromDatabase }) => fromDatabase === 0)).toBe(true);
      return answer;
    });
    const reads = extensions?.freshness ?? [];
    expect(reads.map(({ subgraph, readModel }) => `${subgraph}.${readModel}`)).toEqual(
      expect.arrayContaining([
        'logistics.availability',
        'logistics.network',
        'product.products',
        'promotion.standingPromotions',
      ]),
    );
    for (const { readModel, ageMs, fromMemory } of reads) {
      expect(fromMemory).toBeGreaterThan(0);
      expect([readModel, ageMs]).toEqual([readModel, expect.any(Number)]);
      expect(ageMs).toBeLessThan(readModel === 'warehouseBacklog' ? 5_000 : 750);
    }
    expect(extensions?.cost).toEqual({ estimate: expect.any(Number), actual: expect.any(Number) });
  });

  test('sees a price that was changed a moment ago, read from the database', async () => {
    await page({ ...asAnalyst(), ...asked });
    const input = { skuId: product.sku.id, channel: 'web', price: yuan('31.00') };
    const { setSkuPrice } = await shop.staff.ask(SetSkuPriceDocument, { input }, { repeatable: true });
    accepted(setSkuPrice, 'sku');
    const { data } = await page({ ...asAnalyst(), ...asked });
    expect(data.product.skus[0]?.price.amount).toBe('31.00');
  });

  test('is told nothing of it and reads the database when it does not ask', async () => {
    const { extensions } = await page(asAnalyst());
    expect(Object.keys(extensions ?? {})).toEqual(['cost']);
  });

  test.each(['a guest', 'a shopper', 'staff who may not explore'])('%s is told nothing, asked or not', async (who) => {
    const shopper = who === 'a shopper' ? (await shop.shopper()).client.options.token : undefined;
    const token = who === 'staff who may not explore' ? shop.staff.options.token : shopper;
    const own: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const answer = await page({ ...own, ...asked });
    expect(answer).not.toHaveProperty('extensions');
    expect(answer.data.product.skus).toHaveLength(1);
  });
});
