import { expect, test } from '@jest/globals';
import { combineResolvers } from './combine-resolvers.ts';
import { DateTime } from './scalars.ts';

test('two features may add fields to one type', () => {
  const title = () => 'x';
  const price = () => 1;
  expect(combineResolvers({ Sku: { title } }, { Sku: { price }, DateTime })).toEqual({
    Sku: { title, price },
    DateTime,
  });
});

test('a field that two features define is refused by name', () => {
  const parts = [{ Query: { me: () => 1 } }, { Query: { me: () => 2 } }];
  expect(() => combineResolvers(...parts)).toThrow('two features define Query.me');
});

test('a scalar that two features define is refused by name', () => {
  expect(() => combineResolvers({ DateTime }, { DateTime })).toThrow('two features define DateTime');
});
