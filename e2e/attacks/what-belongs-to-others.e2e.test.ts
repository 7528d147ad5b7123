import { beforeAll, describe, expect, test } from '@jest/globals';
import { type GraphQLField, isObjectType } from 'graphql';
import { accessRules, schemaFor } from './matrix/public-schema.ts';
import { notToBeHad, thingsOf, type Things, unknownThings } from './matrix/things.ts';
import { type Owned, whatIdsName } from './matrix/what-ids-name.ts';
import { inputPaths, writeOperation } from './matrix/write-operation.ts';
import type { Client } from '../world/client.ts';
import { inBothTopologies } from '../world/in-both-topologies.ts';
import { aShop } from '../world/shop.ts';

/** Inputs that name something without being of the type ID. */
const namesInText = [
  'Query.orderByNumber number',
  'Query.shipment trackingNumber',
  'Mutation.recordTrackingEvent input.trackingNumber',
];

const schema = schemaFor('PARTNER');
const fields = [schema.getQueryType(), schema.getMutationType()].flatMap((type) =>
  Object.values(type?.getFields() ?? {}).map((field) => ({ coordinate: `${type?.name}.${field.name}`, field })),
);
const rows = fields.flatMap(({ coordinate, field }) => [
  ...inputPaths(field, 'ID').map((path) => ({ row: `${coordinate} ${path}`, coordinate, field, path })),
  ...namesInText
    .filter((row) => row.startsWith(`${coordinate} `))
    .map((row) => ({ row, coordinate, field, path: row.slice(coordinate.length + 1) })),
]);
const ownedRows = rows.filter(
  ({ row }) =>
    !['everybody', 'nobody', undefined].includes(whatIdsName[row]) && !notToBeHad.has(whatIdsName[row] ?? ''),
);

test('everything that names something by an id has its row, and every row its field', () => {
  expect(Object.keys(whatIdsName).toSorted()).toEqual(rows.map(({ row }) => row).toSorted());
});

/** All ids that a field takes, those of `things`. */
function valuesOf(coordinate: string, path: string, things: Things): Record<string, string> {
  const kind = whatIdsName[`${coordinate} ${path}`] as Owned;
  const together: Record<string, string> = { [path]: things[kind] };
  // A line is looked for inside its order or cart: both are the owner's then.
  for (const other of rows.filter((row) => row.coordinate === coordinate && row.path !== path)) {
    const named = whatIdsName[other.row];
    if (kind === 'cartLine' && named === 'cart') together[other.path] = things.cart;
    if (kind === 'orderLine' && named === 'order') together[other.path] = things.order;
  }
  return together;
}

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

  const ask = async (
    client: Client | undefined,
    { coordinate, field, path }: { coordinate: string; field: GraphQLField<unknown, unknown>; path: string },
    named: Things,
  ) => {
    const kind = coordinate.startsWith('Query') ? 'query' : 'mutation';
    const { query, variables } = writeOperation(kind, field, valuesOf(coordinate, path, named), 2);
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

    const type = schema.getQueryType();
    const isQuery = isObjectType(type) && row.coordinate === `Query.${row.field.name}`;
    if (isQuery && row.coordinate !== 'Query.checkoutPreview') {
      test('is there for its owner', async () => {
        const own = await ask(owner, row, things);
        expect(own.data?.[row.field.name]).toMatchObject({ __typename: expect.any(String) });
      });
    }
  });
});
