import { describe, expect, test } from '@jest/globals';
import { GraphQLError } from 'graphql';
import mongoose from 'mongoose';
import { pino } from 'pino';
import { systemClock } from '#kit/clock/clock.ts';
import { NeighbourError } from '#kit/transport/neighbour-error.ts';
import { anonymousViewer } from '#kit/viewer/viewer.ts';
import type { BaseContext } from './base-context.ts';
import { buildGuardedSchema } from './build-schema.ts';
import { badInput, busy } from './errors.ts';
import { createExecutor } from './executor.ts';
import { scalarResolvers } from './scalars.ts';

const typeDefs = `
  directive @public on FIELD_DEFINITION
  scalar Decimal
  type Query { double(value: Decimal!): Decimal @public  fail(how: String!): Int @public  strict: Int! @public }
  type Mutation { change(how: String!): Change @public }
  type Change { seen: Int }
`;

class DriverError extends Error {
  // A foreign error must not choose what the caller sees.
  readonly extensions = { code: 'BAD_USER_INPUT' };
}

const resolvers = {
  Decimal: scalarResolvers.Decimal,
  Query: {
    double: (_: unknown, { value }: { value: string }) => String(Number(value) * 2),
    fail: (_: unknown, { how }: { how: string }) => {
      if (how === 'input') throw badInput('too long');
      if (how === 'busy') throw busy(250);
      if (how === 'silent') throw passing('TIMEOUT');
      if (how === 'graphql') throw new GraphQLError('collection products at /data/db');
      throw new DriverError('E11000 duplicate key { phone: "138" }');
    },
    strict: () => null,
  },
  Mutation: {
    change: (_: unknown, { how }: { how: string }) => {
      if (how !== 'unseen') throw passing(how);
      return {};
    },
  },
  Change: {
    seen: () => {
      throw passing('TIMEOUT');
    },
  },
};

/** What passes by itself. */
function passing(how: string): Error {
  if (how === 'database') return new mongoose.mongo.MongoNetworkError('connection 3 to 10.0.0.7:27017 closed');
  const reason = how === 'BUSY' || how === 'FORBIDDEN' ? how : null;
  return new NeighbourError(how === 'TIMEOUT' ? how : 'REFUSED', 'order', 'at 10.0.0.7', { reason, retryAfterMs: 300 });
}

function setUp() {
  const lines: string[] = [];
  const log = pino({ level: 'error' }, { write: (line: string) => void lines.push(line) });
  const context: BaseContext = {
    viewer: anonymousViewer({ channel: 'web', locale: 'en' }),
    requestId: 'req_7',
    readsFromMemory: false,
    signal: new AbortController().signal,
    log,
    clock: systemClock,
  };
  const { execute } = createExecutor(buildGuardedSchema(typeDefs, resolvers));
  return { lines, run: (query: string, variables?: Record<string, unknown>) => execute({ query, variables }, context) };
}

describe('the executor', () => {
  test('answers with data', async () => {
    const { run } = setUp();
    expect(await run('query($v: Decimal!) { double(value: $v) }', { v: '1.5' })).toEqual({ data: { double: '3' } });
  });

  test('lets an error of the closed list out as it was thrown, with the request id', async () => {
    const { run } = setUp();
    expect(await run('{ fail(how: "busy") }')).toEqual({
      data: { fail: null },
      errors: [
        {
          message: 'Too busy right now. Please try again.',
          path: ['fail'],
          extensions: { code: 'BUSY', retryAfterMs: 250, requestId: 'req_7' },
        },
      ],
    });
  });

  test.each(['driver', 'graphql'])('masks an unknown error (%s) and logs it', async (how) => {
    const { run, lines } = setUp();
    const answer = await run(`{ fail(how: "${how}") }`);
    expect(answer.errors).toEqual([
      {
        message: 'Something went wrong on our side.',
        path: ['fail'],
        extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: 'req_7' },
      },
    ]);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('stack');
  });

  const isBusy = 'Too busy right now. Please try again.';
  const isUnknown = 'There was no answer in time. It is not known whether this was done.';
  const again = (retryAfterMs: number) => ({ code: 'BUSY', retryAfterMs, requestId: 'req_7' });
  const unknown = (retryAfterMs: number) => ({ ...again(retryAfterMs), effect: 'UNKNOWN' });
  test.each([
    ['a read of a neighbour that gave no answer', '{ fail(how: "silent") }', isBusy, again(300)],
    ['a change whose neighbour gave none', 'mutation { change(how: "TIMEOUT") { seen } }', isUnknown, unknown(300)],
    ['a change whose database was lost', 'mutation { change(how: "database") { seen } }', isUnknown, unknown(1000)],
    ['a change whose neighbour was busy', 'mutation { change(how: "BUSY") { seen } }', isBusy, again(300)],
    ['a look at what was changed', 'mutation { change(how: "unseen") { seen } }', isBusy, again(300)],
  ])('says of %s when to come again, without its text', async (_, query, message, extensions) => {
    const { run, lines } = setUp();
    const { errors } = await run(query);
    expect(errors).toMatchObject([{ message, extensions }]);
    expect(errors?.[0]?.extensions).toEqual(extensions);
    expect(JSON.stringify(errors)).not.toContain('10.0.0.7');
    expect(lines[0]).toContain('10.0.0.7');
  });

  test('masks a neighbour’s refusal of our own call, which would be refused again', async () => {
    const { errors } = await setUp().run('mutation { change(how: "FORBIDDEN") { seen } }');
    expect(errors?.[0]?.extensions).toEqual({ code: 'INTERNAL_SERVER_ERROR', requestId: 'req_7' });
  });

  test('masks a null where the schema promises a value', async () => {
    const { run } = setUp();
    expect(await run('{ strict }')).toMatchObject({
      data: null,
      errors: [{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }],
    });
  });

  test.each([
    ['a syntax error', '{ double(', undefined],
    ['an unknown field', '{ nothing }', undefined],
    ['a literal outside its scalar', '{ double(value: "12abc") }', undefined],
    ['a variable outside its scalar', 'query($v: Decimal!) { double(value: $v) }', { v: { $gt: 1 } }],
    ['a missing variable', 'query($v: Decimal!) { double(value: $v) }', {}],
    ['an unknown operation', 'query A { strict } query B { strict }', undefined],
  ])('calls %s bad input and logs nothing', async (_, query, variables) => {
    const { run, lines } = setUp();
    const answer = await run(query, variables);
    expect(answer.data).toBeUndefined();
    expect(answer.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', requestId: 'req_7' });
    expect(lines).toEqual([]);
  });
});

describe('a guarded schema', () => {
  test.each([
    ['a query without a resolver', { Query: {} }, 'Query.double has no resolver'],
    ['a misspelt field', { ...resolvers, Query: { ...resolvers.Query, dubble: () => 1 } }, 'Query.dubble'],
    ['a misspelt type', { ...resolvers, Decimla: {} }, 'Decimla'],
  ])('is refused for %s', (_, given, message) => {
    expect(() => buildGuardedSchema(typeDefs, given)).toThrow(message);
  });
});
