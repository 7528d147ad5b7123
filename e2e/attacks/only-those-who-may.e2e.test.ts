import { beforeAll, describe, expect, test } from '@jest/globals';
import { isObjectType } from 'graphql';
import { accessRules, schemaFor } from './matrix/public-schema.ts';
import { writeOperation } from './matrix/write-operation.ts';
import { errorCodesOf, type Client } from '../world/client.ts';
import { inBothTopologies } from '../world/in-both-topologies.ts';
import { aShop } from '../world/shop.ts';

const whole = schemaFor('STAFF');
const guardedRoots = Object.entries(accessRules).filter(
  ([coordinate, rule]) => rule.kind !== 'PUBLIC' && /^(Query|Mutation)\./.test(coordinate),
);

inBothTopologies('only those who may', (graph) => {
  const callers: Record<'nobody' | 'shopper' | 'partner', Client | null> = {
    nobody: null,
    shopper: null,
    partner: null,
  };
  beforeAll(async () => {
    const shop = await aShop(graph);
    callers.nobody = shop.guest();
    callers.shopper = (await shop.shopper({ region: null })).client;
    callers.partner = await shop.partner(['partner:tracking'], 'SF');
  });

  describe.each(guardedRoots)('%s', (coordinate, rule) => {
    const [typeName = '', fieldName = ''] = coordinate.split('.');
    const type = whole.getType(typeName);
    const field = isObjectType(type) ? type.getFields()[fieldName] : undefined;
    if (!field) throw new Error(`${coordinate} has a rule and is not in the graph`);
    const { query, variables } = writeOperation(typeName === 'Query' ? 'query' : 'mutation', field, {});
    const refusedWith = async (client: Client | null) => {
      const answer = await client?.sendText(query, variables);
      expect(JSON.stringify(answer?.data ?? null)).toMatch(/^(null|\{"\w+":null\})$/);
      return answer ? errorCodesOf(answer) : [];
    };

    test('nobody must sign in first', async () => {
      expect(await refusedWith(callers.nobody)).toEqual(['UNAUTHENTICATED']);
    });

    if (rule.kind === 'SCOPES') {
      test('a shopper may not', async () => {
        expect(await refusedWith(callers.shopper)).toEqual(['FORBIDDEN']);
      });

      const forTracking = rule.anyOf.some((all) => all.every((scope) => scope === 'partner:tracking'));
      if (!forTracking) {
        test('a partner with another scope may not', async () => {
          expect(await refusedWith(callers.partner)).toEqual(['FORBIDDEN']);
        });
      }
    }
  });
});
