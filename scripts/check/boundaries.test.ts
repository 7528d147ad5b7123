import { describe, expect, test } from '@jest/globals';
import { boundaryRules } from './boundary-rules.ts';
import { brokenBy } from './boundaries.ts';
import { importsOf } from './imports.ts';

describe('boundary rules', () => {
  test.each(boundaryRules)('"$name" lets its good example through and refuses its bad one', (rule) => {
    const broken = ([from, target]: readonly [string, string]): string[] =>
      brokenBy(from, { target, typeOnly: false }).map(({ name }) => name);
    expect(broken(rule.passes)).toEqual([]);
    expect(broken(rule.fails)).toContain(rule.name);
  });

  test('a type from another feature or a store is free, the store itself is not', () => {
    const from = 'subgraphs/order/payment/actions/pay-order.ts';
    const target = 'subgraphs/order/order/store/orders.ts';
    expect(brokenBy(from, { target, typeOnly: true })).toEqual([]);
    expect(brokenBy(from, { target, typeOnly: false }).map(({ name }) => name)).toEqual([
      'stores come by argument',
      'a feature keeps to itself',
    ]);
  });

  test('a type from another subgraph is refused, in a test too', () => {
    const target = 'subgraphs/member/points/domain/lots.ts';
    expect(brokenBy('subgraphs/order/app.test.ts', { target, typeOnly: true }).map(({ name }) => name)).toEqual([
      'a subgraph stands alone',
    ]);
  });

  test('a test may use mongoose where the tested code may not', () => {
    expect(
      brokenBy('subgraphs/order/cart/actions/add-cart-line.mongo.test.ts', { target: 'mongoose', typeOnly: false }),
    ).toEqual([]);
  });
});

describe('the imports of a file', () => {
  const from = 'subgraphs/order/cart/actions/add-cart-line.ts';

  test('are found whatever way they are written', async () => {
    const source = `
      import { allocate } from '#kit/money/allocate.ts';
      import type { Cart } from '../store/carts.ts';
      import type {
        Order,
        OrderLine,
      } from '../../order/domain/order.ts';
      export type { Money } from '#kit/money/money.ts';
      export * from './other.ts';
      type Level = import('../../stock/store/levels.ts').Level;
      const lazy = await import('mongoose');
      import { readFile } from 'node:fs/promises';
      import { ApolloServer } from '@apollo/server/express4';
    `;
    const found = await importsOf(from, source);
    expect(found.toSorted((a, b) => a.target.localeCompare(b.target))).toEqual([
      { target: '@apollo/server', typeOnly: false },
      { target: 'kit/money/allocate.ts', typeOnly: false },
      { target: 'kit/money/money.ts', typeOnly: true },
      { target: 'mongoose', typeOnly: false },
      { target: 'node:fs/promises', typeOnly: false },
      { target: 'subgraphs/order/cart/actions/other.ts', typeOnly: false },
      { target: 'subgraphs/order/cart/store/carts.ts', typeOnly: true },
      { target: 'subgraphs/order/order/domain/order.ts', typeOnly: true },
      { target: 'subgraphs/order/stock/store/levels.ts', typeOnly: true },
    ]);
  });

  test('in comments and texts do not count', async () => {
    const source = `// import { a } from 'mongoose';\nconst text = "import b from 'graphql'";\n`;
    expect(await importsOf(from, source)).toEqual([]);
  });
});
