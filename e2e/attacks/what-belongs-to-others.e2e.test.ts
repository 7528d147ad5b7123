import { beforeAll, describe, expect, test } from '@jest/globals';
import { accessRules } from './matrix/public-schema.ts';
import { operationOf, ownedRows, rows, type MatrixRow } from './matrix/rows.ts';
import { thingsOf, type Things, unknownThings } from './matrix/things.ts';
import { whatIdsName } from './matrix/what-ids-name.ts';
import type { Client } from '../world/client.ts';
import { inBothTopologies } from '../world/in-both-topologies.ts';
import { aShop } from '../world/shop.ts';

test('everything that names something by an id has its row, and every row its field', () => {
  expect(Object.keys(whatIdsName).toSorted()).toEqual(rows.map(({ row }) => row).toSorted());
});

inBothTopologies('what belongs to others, through every field that takes an id', (graph) => {
  let owner: Client;
  let things: Things;
  const callers: { member?: Client; guest?: Client; partner?: Client } = {};
  beforeAll(async () => {
    const shop = await aShop(graph);
    const [shopper, stranger] = await Promise.all([shop.shopper(), shop.shopper()]);
    things = await thingsOf(shop, shopper);
    owner = shopper.client;
    callers.member = stranger.client;
    callers.guest = shop.guest();
    // Whose goods go with SF.
    callers.partner = await shop.partner(['partner:orders', 'partner:catalog', 'partner:tracking'], 'ZTO');
  });

  const ask = async (client: Client | undefined, row: MatrixRow, named: Things) => {
    const { query, variables } = operationOf(row, named);
    const answer = await client?.sendText(query, variables);
    const errors = answer?.errors.map(({ message, extensions }) => ({ message, code: extensions.code }));
    return { status: answer?.status, data: answer?.data, errors };
  };

  describe.each(ownedRows)('$row', (row) => {
    const isPublic = accessRules[row.coordinate]?.kind === 'PUBLIC';
    const callersHere = (['member', 'partner', 'guest'] as const).filter((caller) => caller !== 'guest' || isPublic);

    test.each(callersHere)('is to another %s as if it did not exist', async (caller) => {
      const foreign = await ask(callers[caller], row, things);
      expect(foreign).toEqual(await ask(callers[caller], row, unknownThings));
      for (const id of Object.values(things)) expect(JSON.stringify(foreign)).not.toContain(id);
    });

    const isQuery = row.coordinate.startsWith('Query.');
    if (isQuery && row.coordinate !== 'Query.checkoutPreview') {
      test('is there for its owner', async () => {
        const own = await ask(owner, row, things);
        expect(own.data?.[row.field.name]).toMatchObject({ __typename: expect.any(String) });
      });
    }
  });
});
