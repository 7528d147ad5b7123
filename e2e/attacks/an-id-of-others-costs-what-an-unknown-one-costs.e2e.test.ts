import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type MatrixRow, operationOf, ownedRows } from './matrix/rows.ts';
import { thingsOf, type Things, unknownThings } from './matrix/things.ts';
import { notedByDatabase, type Notes } from '../setup/database-notes.ts';
import { startPrivateGraph, type PrivateGraph } from '../setup/private-graph.ts';
import type { Client } from '../world/client.ts';
import { aShop } from '../world/shop.ts';

/** So often a request is asked again while something else may have been at work too. */
const mostTimes = 12;

describe('an id of another member', () => {
  let graph: PrivateGraph;
  let things: Things;
  let skuId: string;
  let stranger: Client;
  let notes: Notes;
  beforeAll(async () => {
    graph = await startPrivateGraph('all in one');
    const shop = await aShop(graph);
    const [owner, other] = await Promise.all([shop.shopper(), shop.shopper()]);
    things = await thingsOf(shop, owner);
    stranger = other.client;
    skuId = (await shop.product({ price: '50.00', stock: 20 })).sku.id;
    notes = await notedByDatabase(graph.place.databasePrefix);
    // Six services start, on a machine that may be busy.
  }, 180_000);
  afterAll(async () => {
    await notes?.stop();
    await graph?.stop();
  });

  /** The commands to the databases that a stranger's request causes, and how many documents each looks at, in any order. */
  async function causedBy(row: MatrixRow, named: Things): Promise<string[]> {
    const { query, variables } = operationOf(row, named, skuId);
    graph.watch.restart();
    await notes.restart();
    await stranger.sendText(query, variables);
    const commands = graph.watch.commands.map(
      ({ subgraph, collection, command }) => `${subgraph} ${collection} ${command}`,
    );
    const looked = (await notes.operations()).map(
      ({ database, collection, operation, documents }) =>
        `${database} ${collection} ${operation} looks at ${documents} documents`,
    );
    return [...commands, ...looked].toSorted();
  }

  test.each(ownedRows)(
    'causes by $row the very same commands, which look at as many documents, as one that nobody has',
    async (row) => {
      // Keys, plans and what is kept in memory are there from the first time on.
      await causedBy(row, unknownThings);
      let ofOthers = await causedBy(row, things);
      let ofNobodys = await causedBy(row, unknownThings);
      // Jobs, relays and feeds ask at moments of their own: what a request causes is there every time.
      for (let times = 1; times < mostTimes && ofOthers.join() !== ofNobodys.join(); times += 1) {
        ofOthers = inBoth(ofOthers, await causedBy(row, things));
        ofNobodys = inBoth(ofNobodys, await causedBy(row, unknownThings));
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
