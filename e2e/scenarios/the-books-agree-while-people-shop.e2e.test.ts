import { beforeAll, expect, test } from '@jest/globals';
import { eventually } from '#kit/testing/eventually.ts';
import { CancelOrderDocument, PayOrderDocument, PlaceOrderDocument } from '../__generated__/operations.ts';
import { booksOf } from '../world/books.ts';
import { accepted } from '../world/client.ts';
import type { Document } from '../world/documents.ts';
import { inBothTopologies } from '../world/in-both-topologies.ts';
import { aShop, type Shop } from '../world/shop.ts';
import type { Shopper } from '../world/shopper.ts';
import { newKey } from '../world/unique.ts';

const rounds = 6;
/** Several looks at all books, while everything else goes on too. */
const limitMs = 60_000;

/** Asks again with the same key when the answer is an error, as clients do. */
function patiently<Data, Input>(
  { client }: Shopper,
  document: Document<Data, { input: Input }>,
  wish: Omit<Input, 'idempotencyKey'>,
): Promise<Data> {
  const input = { ...wish, idempotencyKey: newKey() } as Input;
  return eventually(() => client.ask(document, { input }) as Promise<Awaited<Data>>, {
    withinMs: 20_000,
    everyMs: 250,
  });
}

inBothTopologies('the books agree while people shop', (graph) => {
  let shop: Shop;
  let shoppers: Shopper[];
  const books = booksOf(graph);
  beforeAll(async () => {
    shop = await aShop(graph);
    shoppers = await Promise.all(Array.from({ length: 4 }, () => shop.shopper()));
  });

  test(
    'and verifying them meanwhile raises no alarm',
    async () => {
      const product = await shop.product({ price: '49.00', stock: 100 });
      let shopping = true;
      const everybodyShops = Promise.all(
        shoppers.map(async (shopper) => {
          for (let round = 0; round < rounds; round += 1) {
            const lines = [{ skuId: product.sku.id, quantity: 1 }];
            const { addressId } = shopper;
            const { placeOrder } = await patiently(shopper, PlaceOrderDocument, { lines, addressId });
            const { id: orderId } = accepted(placeOrder, 'order');
            if (round % 3 !== 0) {
              const { payOrder } = await patiently(shopper, PayOrderDocument, { orderId, provider: 'TEST' });
              expect(accepted(payOrder, 'payment').status).toBe('SUCCEEDED');
            }
            if (round % 3 !== 1) {
              const { cancelOrder } = await patiently(shopper, CancelOrderDocument, { orderId });
              accepted(cancelOrder, 'order');
            }
          }
        }),
      ).finally(() => (shopping = false));

      const found: unknown[] = [];
      let looks = 0;
      do {
        const verified = await books.verify();
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
