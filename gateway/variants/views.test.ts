import { describe, expect, test } from '@jest/globals';
import { buildSchema, isObjectType } from 'graphql';
import { composeTinySupergraph } from '#kit/subgraph/fixtures/tiny-supergraph.ts';
import { anonymousViewer, type Viewer } from '#kit/viewer/viewer.ts';
import { hiddenFrom } from './hidden-from.ts';
import { narrowSchema } from './narrow-schema.ts';
import { createViews } from './views.ts';

const schema = buildSchema(`
  interface UserError { code: String! }
  "Returned when …" type OwnError implements UserError { code: String! }
  "Returned when …" type StaffError implements UserError { code: String! }
  enum Kind { A B }
  input Filter { kind: Kind secret: Secret }
  input Secret { x: Int }
  "Refuses with OwnError." type Payload { userErrors: [UserError!]! }
  "Refuses with StaffError." type StaffPayload { userErrors: [UserError!]! detail: Detail }
  type Detail { x: Int }
  type Thing { id: ID! cost: Detail only: Only }
  type Only { hidden: Int }
  type Query { thing(filter: Filter, debug: Boolean): Thing }
  type Mutation { buy: Payload adjust: StaffPayload }
`);
const narrowed = narrowSchema(
  schema,
  new Set(['Mutation.adjust', 'Thing.cost', 'Only.hidden', 'Query.thing.debug', 'Kind.B', 'Secret']),
);
const fieldsOf = (name: string) => {
  const type = narrowed.getType(name);
  return isObjectType(type) ? Object.keys(type.getFields()) : null;
};

describe('a narrowed schema', () => {
  test('lacks what is hidden, and what nothing leads to any more', () => {
    expect(Object.keys(narrowed.getTypeMap()).filter((name) => !name.startsWith('__'))).toEqual(
      expect.arrayContaining(['Filter', 'Kind', 'Mutation', 'OwnError', 'Payload', 'Query', 'Thing', 'UserError']),
    );
    for (const gone of ['StaffPayload', 'StaffError', 'Detail', 'Only', 'Secret']) {
      expect([gone, narrowed.getType(gone)]).toEqual([gone, undefined]);
    }
    expect([fieldsOf('Thing'), fieldsOf('Mutation')]).toEqual([['id'], ['buy']]);
  });

  test('lacks hidden arguments, parts of inputs and values', () => {
    const { thing } = narrowed.getQueryType()?.getFields() ?? {};
    expect(thing?.args.map(({ name }) => name)).toEqual(['filter']);
    expect(narrowed.getType('Filter')?.astNode).toMatchObject({ fields: [{ name: { value: 'kind' } }] });
    expect(narrowed.getType('Kind')?.astNode).toMatchObject({ values: [{ name: { value: 'A' } }] });
  });

  test('is the schema itself when nothing is hidden', () => {
    expect(narrowSchema(schema, new Set())).toBe(schema);
  });
});

const supergraph = composeTinySupergraph();
const viewer = (kind: Viewer['kind']): Viewer => ({ ...anonymousViewer({ channel: 'web', locale: 'en' }), kind });

test('a field that needs scopes is tagged for those who can have them', () => {
  expect([...hiddenFrom('public', supergraph)].toSorted()).toEqual(['Mutation.renameProduct', 'Product.cost']);
  expect([...hiddenFrom('internal', supergraph)]).toEqual([]);
});

test.each<[Viewer['kind'], boolean, boolean]>([
  ['ANONYMOUS', false, false],
  ['MEMBER', false, false],
  ['PARTNER', false, false],
  ['STAFF', true, true],
  ['ANALYST', true, true],
])('%s in a guarded graph: sees what is internal %p, is told what is wrong %p', (kind, seesInternal, explains) => {
  const view = createViews(supergraph, { access: 'guarded', introspection: false })(viewer(kind));
  const mutations = Object.keys(view.schema.getMutationType()?.getFields() ?? {});
  expect([mutations.includes('renameProduct'), view.explains]).toEqual([seesInternal, explains]);
});

test('an open graph is the same for everybody', () => {
  const viewOf = createViews(supergraph, { access: 'open', introspection: false });
  expect(viewOf(viewer('ANONYMOUS'))).toBe(viewOf(viewer('ANALYST')));
});
