import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { GraphQLField } from 'graphql';
import { schemaFor } from './matrix/public-schema.ts';
import { notToBeHad, thingsOf, type Things, unknownThings } from './matrix/things.ts';
import { type Owned, whatIdsName } from './matrix/what-ids-name.ts';
import { writeOperation } from './matrix/write-operation.ts';
import { startPrivateGraph, type PrivateGraph } from '../setup/private-graph.ts';
import type { Client } from '../world/client.ts';
import { aShop } from '../world/shop.ts';

/** So often a request is asked again while something else may have been at work too. */
const mostTimes = 12;

const schema = schemaFor('PARTNER');
const fieldOf = (coordinate: string): GraphQLField<unknown, unknown> | undefined => {
  const [type, name = ''] = coordinate.split('.');
  return (type === 'Query' ? schema.getQueryType() : schema.getMutationType())?.getFields()[name];
};
const rows = Object.entries(whatIdsName)
  .filter(([, named]) => named !== 'everybody' && named !== 'nobody' && !notToBeHad.has(named))
  .map(([row, named]) => {
    const [coordinate = '', path = ''] = row.split(' ');
    return { row, coordinate, path, named: named as Owned };
  });

describe('an id of another member', () => {
  let graph: PrivateGraph;
  let things: Things;
  let stranger: Client;
  beforeAll(async () => {
    graph = await startPrivateGraph('all in one');
    const shop = await aShop(graph);
    const [owner, other] = await Promise.all([shop.shopper(), shop.shopper()]);
    things = await thingsOf(shop, owner);
    stranger = other.client;
    // Six services start, on a machine that may be busy.
  }, 180_000);
  afterAll(() => graph?.stop());

  /** The commands to the databases that a stranger's request causes, in any order. */
  async function commandsOf(coordinate: string, path: string, id: string): Promise<string[]> {
    const field = fieldOf(coordinate);
    if (field === undefined) throw new Error(`there is no ${coordinate}`);
    const { query, variables } = writeOperation(
      coordinate.startsWith('Query') ? 'query' : 'mutation',
      field,
      { [path]: id },
      2,
    );
    graph.watch.restart();
    await stranger.sendText(query, variables);
    return graph.watch.commands
      .map(({ subgraph, collection, command }) => `${subgraph} ${collection} ${command}`)
      .toSorted();
  }

  test.each(rows)(
    'causes by $row the very same commands as one that nobody has',
    async ({ coordinate, path, named }) => {
      // Keys, plans and what is kept in memory are there from the first time on.
      await commandsOf(coordinate, path, unknownThings[named]);
      let ofOthers = await commandsOf(coordinate, path, things[named]);
      let ofNobodys = await commandsOf(coordinate, path, unknownThings[named]);
      // Jobs, relays and feeds ask at moments of their own: what a request causes is there every time.
      for (let times = 1; times < mostTimes && ofOthers.join() !== ofNobodys.join(); times += 1) {
        ofOthers = inBoth(ofOthers, await commandsOf(coordinate, path, things[named]));
        ofNobodys = inBoth(ofNobodys, await commandsOf(coordinate, path, unknownThings[named]));
      }
      expect(ofOthers).toEqual(ofNobodys);
    },
  );
});

/** What is in both lists, as often as it is in the one that has it less often. */
function inBoth(some: readonly string[], others: readonly string[]): string[] {
  const left = [...others];
  return some.filter((one) => {
    const at = left.indexOf(one);
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  });
}
