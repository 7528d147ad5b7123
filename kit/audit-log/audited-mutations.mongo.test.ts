import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { isEnumType, isInputObjectType, isListType, isNonNullType, type GraphQLInputType } from 'graphql';
import { pino } from 'pino';
import { systemClock } from '#kit/clock/clock.ts';
import { subgraphNames } from '#kit/events/events.ts';
import { buildGuardedSchema } from '#kit/graphql/build-schema.ts';
import { badInput, busy } from '#kit/graphql/errors.ts';
import { createExecutor } from '#kit/graphql/executor.ts';
import type { Rule } from '#kit/graphql/rules.ts';
import { loadSharedTypeDefs, loadTypeDefs } from '#kit/graphql/type-defs.ts';
import { migrate } from '#kit/mongo/migrations.ts';
import { createOutbox } from '#kit/outbox/outbox.ts';
import { testDatabase } from '#kit/testing/test-database.ts';
import { anonymousViewer, scopes, type Viewer } from '#kit/viewer/viewer.ts';
import { createAuditLog, auditRows } from './audit-log.ts';
import { auditMutations } from './audited-mutations.ts';

const db = testDatabase();
const clock = systemClock;
const log = pino({ level: 'silent' });
const outbox = createOutbox(db.connection, { source: 'product' });
const auditLog = createAuditLog(outbox, clock);
const rows = auditRows(db.connection);
beforeEach(async () => {
  await migrate(db.connection, [], { clock, log });
  await rows().deleteMany({});
});

const member: Viewer = { ...anonymousViewer({ channel: 'web', locale: 'en' }), kind: 'MEMBER', id: 'mbr_1' };
const staff: Viewer = { ...member, kind: 'STAFF', id: 'stf_1', sessionId: 'ses_1', scopes: [...scopes] };
const contextOf = (viewer: Viewer) => ({
  viewer,
  requestId: 'req_1',
  readsFromMemory: false,
  signal: new AbortController().signal,
  log,
  clock,
});

const typeDefs = `${loadSharedTypeDefs()}
  type Thing { id: ID! }
  type Payload { thing: Thing  userErrors: [NotFoundError!]! }
  input ThingInput { id: ID!  note: String  price: Decimal }
  type Query { thing: Thing @public }
  type Mutation {
    changeThing(input: ThingInput!): Payload @requiresScopes(scopes: [["catalog:write"]])
    askForThing(input: ThingInput!): Payload @authenticated
  }`;
const change =
  'mutation { changeThing(input: { id: "thg_1", note: "call 13800000000", price: "9.90" }) { thing { id } } }';

/** A graph whose mutations do what the test says. */
function graph(act: () => unknown, over: Parameters<typeof auditMutations>[1] = auditLog) {
  const Mutation = { changeThing: act, askForThing: act };
  const resolvers = { Query: { thing: () => null }, Mutation, Thing: { id: (thing: { _id: string }) => thing._id } };
  const executor = createExecutor(buildGuardedSchema(typeDefs, resolvers, (schema) => auditMutations(schema, over)));
  return (query: string, viewer: Viewer) => executor.execute({ query }, contextOf(viewer));
}
const done = () => ({ thing: { _id: 'thg_2' }, userErrors: [] });

describe('a mutation that needs a scope', () => {
  test('leaves one entry: who, what, with which ids and amounts, and that it was done', async () => {
    expect(await graph(done)(change, staff)).toEqual({ data: { changeThing: { thing: { id: 'thg_2' } } } });

    expect(await rows().find().toArray()).toEqual([
      {
        _id: expect.stringMatching(/^aud_/),
        at: expect.any(Date),
        actor: { kind: 'STAFF', id: 'stf_1', sessionId: 'ses_1', channel: 'web' },
        action: 'changeThing',
        facts: { input: { id: 'thg_1', price: '9.90' } },
        subjects: ['thg_1', 'thg_2'],
        requestId: 'req_1',
        outcome: 'DONE',
        reasons: [],
        pending: true,
        ended: true,
      },
    ]);
  });

  test('is written down before it is done', async () => {
    let before: unknown[] = [];
    await graph(async () => {
      before = await rows().find().toArray();
      return done();
    })(change, staff);
    expect(before).toMatchObject([{ action: 'changeThing', outcome: 'UNKNOWN', ended: false }]);
  });

  test('is not done when it can’t be written down', async () => {
    let calls = 0;
    const broken = { ...auditLog, begin: async () => Promise.reject(new Error('the database is away')) };
    const answer = await graph(() => (calls += 1), broken)(change, staff);
    expect(answer).toMatchObject({
      data: { changeThing: null },
      errors: [{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }],
    });
    expect(calls).toBe(0);
  });

  test('is answered when it was done and only its end could not be written down; the entry says UNKNOWN', async () => {
    const broken = { ...auditLog, end: async () => Promise.reject(new Error('the database is away')) };
    expect(await graph(done, broken)(change, staff)).toEqual({ data: { changeThing: { thing: { id: 'thg_2' } } } });
    expect(await rows().find().toArray()).toMatchObject([{ outcome: 'UNKNOWN', ended: false }]);
  });

  test.each([
    ['a refusal', () => ({ thing: null, userErrors: [{ code: 'NOT_FOUND' }] }), 'REFUSED', 'NOT_FOUND'],
    ['a malformed input', () => Promise.reject(badInput('no')), 'REFUSED', 'BAD_USER_INPUT'],
    ['a crowd', () => Promise.reject(busy(100)), 'UNKNOWN', 'BUSY'],
    ['a fault', () => Promise.reject(new Error('at line 3')), 'UNKNOWN', 'INTERNAL_SERVER_ERROR'],
  ])('that ended with %s says so', async (_, act, outcome, reason) => {
    await graph(act)(change, staff);
    expect(await rows().find().toArray()).toMatchObject([
      { outcome, reasons: [reason], subjects: ['thg_1'], ended: true },
    ]);
  });

  test('that the caller may not do leaves none', async () => {
    await graph(done)(change, member);
    expect(await rows().countDocuments()).toBe(0);
  });
});

test('a mutation for everybody is written down when staff or a partner does it, not when a shopper does', async () => {
  const ask = change.replace('changeThing', 'askForThing');
  const send = graph(done);
  await send(ask, member);
  expect(await rows().countDocuments()).toBe(0);
  await send(ask, staff);
  await send(ask, { ...staff, kind: 'PARTNER', id: 'ptn_1', sessionId: null });
  expect((await rows().find().sort({ _id: 1 }).toArray()).map(({ actor }) => actor.id)).toEqual(['stf_1', 'ptn_1']);
});

describe('of the whole graph', () => {
  const rules = JSON.parse(readFileSync(new URL('../../schema/access-rules.json', import.meta.url), 'utf8')) as Record<
    string,
    Rule
  >;
  const wanted = Object.entries(rules).flatMap(([coordinate, { kind }]) =>
    kind === 'SCOPES' && coordinate.startsWith('Mutation.') ? [coordinate.slice('Mutation.'.length)] : [],
  );

  test('every mutation that needs a scope leaves exactly one entry', async () => {
    const audited: string[] = [];
    for (const name of subgraphNames) {
      const schema = buildGuardedSchema(loadTypeDefs(name), silentResolvers(loadTypeDefs(name)), (guarded) =>
        auditMutations(guarded, auditLog),
      );
      const executor = createExecutor(schema);
      for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
        if (!wanted.includes(field.name)) continue;
        const args = field.args.map((arg) => `${arg.name}: ${literalOf(arg.type)}`).join(', ');
        const query = `mutation { ${field.name}(${args}) { __typename } }`;
        const answer = await executor.execute({ query }, contextOf(staff));
        expect(answer.errors?.map(({ extensions }) => extensions?.['code']) ?? []).not.toContain('BAD_USER_INPUT');
        audited.push(field.name);
      }
    }
    const entries = await rows().find().toArray();
    expect(entries.map(({ action }) => action).toSorted()).toEqual(wanted.toSorted());
    expect(audited.toSorted()).toEqual(wanted.toSorted());
    expect(wanted.length).toBeGreaterThan(30);
  });
});

/** Root resolvers that answer nothing, which is all that is asked of them here. */
function silentResolvers(sdl: string): object {
  const roots: Record<string, Record<string, () => null>> = { Query: {}, Mutation: {} };
  for (const [, root = '', body = ''] of sdl.matchAll(/(?:extend )?type (Query|Mutation) \{([\s\S]*?)\n\}/g)) {
    for (const [, name = ''] of body.matchAll(/^ {2}(\w+)[(:]/gm)) (roots[root] ??= {})[name] = () => null;
  }
  return roots;
}

/** A value that the type takes. */
function literalOf(type: GraphQLInputType): string {
  if (isNonNullType(type)) return literalOf(type.ofType);
  if (isListType(type)) return `[${literalOf(type.ofType)}]`;
  if (isEnumType(type)) return type.getValues()[0]?.name ?? 'null';
  if (isInputObjectType(type)) {
    const needed = Object.values(type.getFields()).filter((field) => isNonNullType(field.type));
    return `{ ${needed.map((field) => `${field.name}: ${literalOf(field.type)}`).join(', ')} }`;
  }
  const plain: Record<string, string> = { Int: '1', Float: '1', Boolean: 'true', Decimal: '"1.00"' };
  const texts: Record<string, string> = { CurrencyCode: '"CNY"', DateTime: '"2026-01-01T00:00:00Z"' };
  return plain[type.name] ?? texts[type.name] ?? '"x"';
}
