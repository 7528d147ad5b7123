import { describe, expect, test } from '@jest/globals';
import { buildSchema, GraphQLError } from 'graphql';
import { anonymousViewer, systemViewer, type Viewer } from '#kit/viewer/viewer.ts';
import { accessRules, checkRule, enforceRules, type Rule } from './rules.ts';

const directives = `
  directive @public on FIELD_DEFINITION
  directive @authenticated on FIELD_DEFINITION | OBJECT | INTERFACE
  directive @requiresScopes(scopes: [[String!]!]!) on FIELD_DEFINITION
`;
const schemaOf = (sdl: string) => buildSchema(directives + sdl);

const anonymous = anonymousViewer({ channel: 'web', locale: 'en' });
const member: Viewer = { ...anonymous, kind: 'MEMBER', id: 'mbr_1' };
const staff = (...scopes: string[]): Viewer => ({ ...anonymous, kind: 'STAFF', id: 'stf_1', scopes });

describe('the access rules of a schema', () => {
  test('are read by coordinate, extensions included', () => {
    const schema = schemaOf(`
      type Query { a: Int @public }
      extend type Query { b: Int @authenticated }
      type Mutation { c: Int @requiresScopes(scopes: [["x", "y"], ["z"]]) }
      type T { open: Int secret: Int @requiresScopes(scopes: [["supplier:cost"]]) }
    `);
    expect(Object.fromEntries(accessRules(schema))).toEqual({
      'Query.a': { kind: 'PUBLIC' },
      'Query.b': { kind: 'AUTHENTICATED' },
      'Mutation.c': { kind: 'SCOPES', anyOf: [['x', 'y'], ['z']] },
      'T.secret': { kind: 'SCOPES', anyOf: [['supplier:cost']] },
    });
  });

  test.each([
    ['a query without one', 'type Query { a: Int }', 'Query.a has no access rule'],
    [
      'a mutation without one',
      'type Query { a: Int @public } type Mutation { b: Int }',
      'Mutation.b has no access rule',
    ],
    ['a query with two', 'type Query { a: Int @public @authenticated }', 'Query.a carries 2 access rules'],
    ['a rule on a type', 'type Query { a: Int @public } type T @authenticated { b: Int }', 'T carries an access rule'],
    [
      'a rule on an interface field',
      'type Query { a: Int @public } interface I { b: Int @authenticated }',
      'I.b carries an access rule',
    ],
  ])('are refused for %s, naming it', (_, sdl, message) => {
    expect(() => accessRules(schemaOf(sdl))).toThrow(message);
  });
});

function codeOf(check: () => void): unknown {
  try {
    check();
    return null;
  } catch (error) {
    return error instanceof GraphQLError ? error.extensions['code'] : error;
  }
}

describe('a rule', () => {
  const scopes: Rule = { kind: 'SCOPES', anyOf: [['a', 'b'], ['c']] };

  test.each<[string, Rule, Viewer, string | null]>([
    ['public lets everybody in', { kind: 'PUBLIC' }, anonymous, null],
    ['authenticated keeps strangers out', { kind: 'AUTHENTICATED' }, anonymous, 'UNAUTHENTICATED'],
    ['authenticated lets members in', { kind: 'AUTHENTICATED' }, member, null],
    ['scopes ask strangers to sign in', scopes, anonymous, 'UNAUTHENTICATED'],
    ['scopes refuse who has none', scopes, member, 'FORBIDDEN'],
    ['scopes refuse half of a list', scopes, staff('a'), 'FORBIDDEN'],
    ['scopes admit a whole list', scopes, staff('b', 'a'), null],
    ['scopes admit any one list', scopes, staff('c'), null],
    ['scopes admit our own services', scopes, systemViewer('order'), null],
    ['no list at all admits no person', { kind: 'SCOPES', anyOf: [] }, staff('a', 'b', 'c'), 'FORBIDDEN'],
  ])('%s', (_, rule, viewer, code) => {
    expect(codeOf(() => checkRule(rule, viewer))).toBe(code);
  });

  test('stands in front of the resolver, which does not run without it', () => {
    const schema = schemaOf('type Query { a: Int @authenticated }');
    const field = schema.getQueryType()?.getFields()['a'];
    let runs = 0;
    if (field) field.resolve = () => (runs += 1);
    enforceRules(schema);
    expect(() => field?.resolve?.(null, {}, { viewer: anonymous }, {} as never)).toThrow('Sign in');
    expect(runs).toBe(0);
    expect(field?.resolve?.(null, {}, { viewer: member }, {} as never)).toBe(1);
  });
});
