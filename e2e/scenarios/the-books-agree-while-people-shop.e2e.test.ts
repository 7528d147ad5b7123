import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { openBooks, type Books } from '../../scripts/verify/open-books.ts';
import { verifyGraph } from '../../scripts/verify/verify-graph.ts';
import { testSettings } from '../setup/test-settings.ts';
import { worldFacts } from '../setup/world-facts.ts';
import { inBothTopologies } from '../world/in-both-topologies.ts';
import { aShop, type Shop } from '../world/shop.ts';
import type { Shopper } from '../world/shopper.ts';

const rounds = 6;
/** Several looks at all books, while everything else goes on too. */
const limitMs = 60_000;

inBothTopologies('the books agree while people shop', (graph) => {
  let shop: Shop;
  let shoppers: Shopper[];
  let books: Books;
  beforeAll(async () => {
    const { mongoUri, internalSecret } = worldFacts();
    shop = await aShop(graph);
    shoppers = await Promise.all(Array.from({ length: 4 }, () => shop.shopper()));
    books = await openBooks({
      mongoUri,
      databasePrefix: graph.databasePrefix,
      secrets: [internalSecret],
      log: pino({ level: 'silent' }),
      env: { NODE_ENV: 'development', ...testSettings, MEMBER_KEY_SECRET: internalSecret },
    });
  });
  afterAll(() => books?.close());

  test(
    'and verifying them meanwhile raises no alarm',
    async () => {
      const product = await shop.product({ price: '49.00', stock: 100 });
      let shopping = true;
      const everybodyShops = Promise.all(
        shoppers.map(async (shopper) => {
          for (let round = 0; round < rounds; round += 1) {
            const order = await shopper.places([{ skuId: product.sku.id, quantity: 1 }]);
            if (round % 3 !== 0) await shopper.pays(order);
            if (round % 3 !== 1) await shopper.cancels(order);
          }
        }),
      ).finally(() => (shopping = false));

      const found: unknown[] = [];
      let looks = 0;
      do {
        const verified = await verifyGraph({ transport: books.transport, secondLookMs: 200 });
        found.push(...verified.flatMap(({ discrepancies }) => discrepancies));
        looks += 1;
      } while (shopping);
      await everybodyShops;

      expect(found).toEqual([]);
      expect(looks).toBeGreaterThan(0);
    },
    limitMs,
  );
});
