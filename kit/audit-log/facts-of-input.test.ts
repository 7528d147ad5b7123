import { expect, test } from '@jest/globals';
import { buildSchema } from 'graphql';
import { factsOfInput } from './facts-of-input.ts';

const schema = buildSchema(`
  scalar Decimal
  scalar DateTime
  scalar JSON
  enum Role { ADMIN ANALYST }
  input Price { amount: Decimal! note: String }
  input Colleague { id: ID, email: String!, password: String!, roles: [Role!]!, prices: [Price!], tags: [String!], from: DateTime, extra: JSON, on: Boolean, count: Int }
  type Query { add(input: Colleague!, also: [ID!]): ID }
`);
const args = schema.getQueryType()?.getFields()['add']?.args ?? [];

test('ids, amounts, counts, choices and instants are kept; whatever a person wrote is left out', () => {
  const input = {
    id: 'stf_1',
    email: 'lili@example.com',
    password: 'hunter2',
    roles: ['ADMIN'],
    prices: [{ amount: '12.30', note: 'for Li Li' }],
    tags: ['13800000000'],
    from: new Date('2026-01-02T03:04:05Z'),
    extra: { phone: '13800000000' },
    on: false,
    count: null,
  };
  const { facts, ids } = factsOfInput(args, { input, also: ['prd_1', 'prd_1'] });

  expect(facts).toEqual({
    input: {
      id: 'stf_1',
      roles: ['ADMIN'],
      prices: [{ amount: '12.30' }],
      from: '2026-01-02T03:04:05.000Z',
      on: false,
      count: null,
    },
    also: ['prd_1', 'prd_1'],
  });
  expect(ids).toEqual(['stf_1', 'prd_1']);
});

test('what was not given is not made up', () => {
  expect(factsOfInput(args, { input: { roles: [] } })).toEqual({ facts: { input: {} }, ids: [] });
});
