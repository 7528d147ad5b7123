import { describe, expect, test } from '@jest/globals';
import { buildSchema, execute, type GraphQLError, Kind, parse, validate } from 'graphql';
import { enforceRules } from '#kit/graphql/rules.ts';
import { anonymousViewer, type Viewer } from '#kit/viewer/viewer.ts';
import type { AdmittedRequest } from '../admission/admit.ts';
import { completeAnswer } from './complete-answer.ts';
import { type AccessRules, compileRestriction } from './restriction.ts';

const sdl = `
  directive @public on FIELD_DEFINITION
  directive @authenticated on FIELD_DEFINITION
  directive @requiresScopes(scopes: [[String!]!]!) on FIELD_DEFINITION
  interface Thing { id: ID!  note: String  size: Int! }
  type Cup implements Thing { id: ID!  note: String @requiresScopes(scopes: [["cost"]])  size: Int!  cost: Int @requiresScopes(scopes: [["cost"]])  parts: [Part!]!  lid: Part }
  type Pot implements Thing { id: ID!  note: String  size: Int!  cost: String }
  type Part { name: String!  secret: Int! @requiresScopes(scopes: [["parts"]]) }
  union Any = Cup | Pot
  type Query {
    cup(id: ID): Cup @public
    things(first: Int = 2): [Thing!]! @public
    any: [Any] @public
    mine: Cup @authenticated
    staff(id: ID!): Cup @requiresScopes(scopes: [["cost"], ["parts", "admin"]])
    must: Cup! @requiresScopes(scopes: [["cost"]])
  }
  type Mutation { paint(id: ID!): Cup @authenticated  sell(id: ID!): Cup @requiresScopes(scopes: [["cost"]]) }`;

const part = { name: 'handle', secret: 7 };
const cup = { __typename: 'Cup', id: 'c', note: 'n', size: 1, cost: 5, parts: [part, part], lid: part };
const pot = { __typename: 'Pot', id: 'p', note: 'm', size: 2, cost: 'much' };
const world = {
  cup,
  things: [cup, pot],
  any: [pot, cup, null],
  mine: cup,
  staff: cup,
  must: cup,
  paint: cup,
  sell: cup,
};

const plain = buildSchema(sdl);
const guarded = buildSchema(sdl);
enforceRules(guarded);
const cost = [['cost']];
const rules: AccessRules = {
  'Cup.note': { kind: 'SCOPES', anyOf: cost },
  'Cup.cost': { kind: 'SCOPES', anyOf: cost },
  'Part.secret': { kind: 'SCOPES', anyOf: [['parts']] },
  'Query.cup': { kind: 'PUBLIC' },
  'Query.mine': { kind: 'AUTHENTICATED' },
  'Query.staff': { kind: 'SCOPES', anyOf: [['cost'], ['parts', 'admin']] },
  'Query.must': { kind: 'SCOPES', anyOf: cost },
  'Mutation.paint': { kind: 'AUTHENTICATED' },
  'Mutation.sell': { kind: 'SCOPES', anyOf: cost },
};

const nobody = anonymousViewer({ channel: 'web', locale: 'en' });
const member: Viewer = { ...nobody, kind: 'MEMBER', id: 'mbr_1' };
const viewers: Record<string, Viewer> = {
  nobody,
  member,
  'staff with one scope': { ...member, kind: 'STAFF', scopes: ['parts'] },
  'staff with the other': { ...member, kind: 'STAFF', scopes: ['cost'] },
};

const told = (errors: readonly GraphQLError[] = []) =>
  errors.map(({ path, message, extensions }) => ({ path, message, code: extensions['code'] }));
const sorted = (errors: ReturnType<typeof told>) =>
  errors.toSorted((a, b) => String(a.path).localeCompare(String(b.path)));

function prepared(text: string) {
  const document = parse(text);
  expect(validate(plain, document)).toEqual([]);
  const operation = document.definitions.find((each) => each.kind === Kind.OPERATION_DEFINITION);
  if (!operation) throw new Error('no operation');
  return { document, operation, restrict: compileRestriction(operation, document, { schema: plain, rules }) };
}

/** As the gateway does it: only what is left is asked for, which must be valid, and is completed. */
async function inPart(text: string, viewer: Viewer, variables: Record<string, unknown> = {}) {
  const { document, operation, restrict } = prepared(text);
  const restriction = restrict(viewer);
  if (restriction === null) return { query: text, data: undefined, errors: [] };
  let data = {};
  if (restriction.query !== null) {
    const left = parse(restriction.query);
    expect(validate(plain, left)).toEqual([]);
    const answer = await execute({ schema: plain, document: left, rootValue: world, variableValues: variables });
    expect(answer.errors).toBeUndefined();
    data = answer.data ?? {};
  }
  const view = { schema: plain, explains: true, suggests: true };
  const request = { view, document, operation, operationName: null, variables } as unknown as AdmittedRequest;
  const whole = await completeAnswer(request, restriction, data);
  return { query: restriction.query, data: whole.data, errors: told(whole.errors) };
}

const operations: [string, string, Record<string, unknown>?][] = [
  ['a field of an object', '{ cup { id price: cost size } }'],
  ['a selection of which nothing is left', '{ cup { cost note } }'],
  ['a root field, with its arguments', 'query Q($id: ID!) { staff(id: $id) { id } cup { id } }', { id: 'c' }],
  ['all root fields', '{ mine { id } staff(id: "c") { id } }'],
  ['a field that can’t be null, in a list', '{ cup { id parts { name secret } lid { name secret } } }'],
  ['a root field that can’t be null', '{ cup { id } must { id } }'],
  ['a field of an interface that one type guards', '{ things { __typename id note } }'],
  ['a field of a union’s types, of different kinds', '{ any { ... on Cup { cost } ... on Pot { id } } }'],
  [
    'fields in fragments, spread twice',
    '{ cup { ...F } mine { ...F ...G } } fragment F on Cup { id cost lid { ...P } } fragment G on Cup { size ...F } fragment P on Part { secret }',
  ],
  ['what is skipped', 'query Q($no: Boolean = false) { cup { id cost @include(if: $no) note @skip(if: true) } }'],
  [
    'some mutations of several',
    'mutation { paint(id: "c") { id } sell(id: "c") { id cost } again: paint(id: "d") { cost } }',
  ],
  ['aliases of one field', '{ a: cup { x: cost y: cost } b: cup { cost: size } }'],
];

describe.each(Object.entries(viewers))('for %s, an operation with', (_name, viewer) => {
  test.each(operations)(
    '%s is answered as if every rule had been asked where its field is',
    async (_what, text, variables = {}) => {
      const whole = await execute({
        schema: guarded,
        document: parse(text),
        rootValue: world,
        contextValue: { viewer },
        variableValues: variables,
      });
      const answer = await inPart(text, viewer, variables);
      if (answer.data === undefined) {
        expect(told(whole.errors)).toEqual([]);
        return;
      }
      expect(JSON.stringify(answer.data)).toBe(JSON.stringify(whole.data));
      expect(sorted(answer.errors)).toEqual(sorted(told(whole.errors)));
      expect(answer.errors.length + Number(text.includes('@include'))).toBeGreaterThan(0);
    },
  );
});

test('what is denied is not in what is left to ask, nor a variable or a fragment that only it needed', async () => {
  const text =
    'query Q($id: ID!, $n: Int) { staff(id: $id) { ...S } things(first: $n) { id note } } fragment S on Cup { size }';
  const { query } = await inPart(text, member, { id: 'c' });
  expect(query?.replace(/\s+/g, ' ')).toBe(
    'query Q($n: Int) { things(first: $n) { id ... on Pot { note } fullchain__typename: __typename } }',
  );
});

test('nothing is left to ask when every root field is denied', async () => {
  expect(
    await inPart('query Q($id: ID!) { staff(id: $id) { id } mine { id } __typename }', nobody, { id: 'c' }),
  ).toEqual({
    query: null,
    data: { staff: null, mine: null, __typename: 'Query' },
    errors: [
      { path: ['staff'], message: 'Sign in to do this.', code: 'UNAUTHENTICATED' },
      { path: ['mine'], message: 'Sign in to do this.', code: 'UNAUTHENTICATED' },
    ],
  });
});

test('what is left is written once for each set of scopes', () => {
  const { restrict } = prepared('{ cup { id cost } }');
  const first = restrict(member);
  expect(first).not.toBeNull();
  expect(restrict({ ...member, id: 'mbr_2' })).toBe(first);
  expect(restrict(nobody)).not.toBe(first);
  expect(restrict({ ...member, kind: 'STAFF', scopes: ['cost'] })).toBeNull();
});
