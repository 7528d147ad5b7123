import { beforeAll, describe, expect, test } from '@jest/globals';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { getNamedType, type GraphQLObjectType, isLeafType, isObjectType, parse, valueFromASTUntyped } from 'graphql';
import { subgraphNames } from '#kit/events/events.ts';
import { loadTypeDefs } from '#kit/graphql/type-defs.ts';
import { newId } from '#kit/ids/ids.ts';
import { signCall, viewerHeader } from '#kit/transport/signature.ts';
import { anonymousViewer, type Viewer } from '#kit/viewer/viewer.ts';
import { notToBeHad, thingsOf, type Things, unknownThings } from './matrix/things.ts';
import { type Owned, whoseEntities } from './matrix/what-ids-name.ts';
import { worldFacts } from '../setup/world-facts.ts';
import { aShop } from '../world/shop.ts';

/** Every entity that a subgraph can be asked for, by each of its keys, with the selections of its plain fields. */
const entities = subgraphNames.flatMap((subgraph) => {
  const schema = buildSubgraphSchema(parse(loadTypeDefs(subgraph)));
  return Object.values(schema.getTypeMap()).flatMap((type) => {
    if (!isObjectType(type)) return [];
    const selections = Object.values(type.getFields())
      .filter((field) => field.name !== 'id' && field.args.length === 0)
      .map((field) => (isLeafType(getNamedType(field.type)) ? field.name : `${field.name} { __typename }`));
    return keysOf(type).map((key) => ({ subgraph, type: type.name, key, selections }));
  });
});

/** The keys by which a type can be asked for in its subgraph. */
function keysOf({ astNode, extensionASTNodes }: GraphQLObjectType): string[] {
  const directives = [astNode, ...extensionASTNodes].flatMap((node) => node?.directives ?? []);
  return directives.flatMap(({ name, arguments: args = [] }) => {
    if (name.value !== 'key') return [];
    const given = Object.fromEntries(
      args.map((argument) => [argument.name.value, valueFromASTUntyped(argument.value)]),
    );
    return given['resolvable'] === false ? [] : [String(given['fields'])];
  });
}

const owned = entities.filter(
  ({ type }) => whoseEntities[type] !== 'everybody' && !notToBeHad.has(whoseEntities[type] ?? ''),
);

test('every entity of the graph has its row, and every row its entity', () => {
  expect(Object.keys(whoseEntities).toSorted()).toEqual([...new Set(entities.map(({ type }) => type))].toSorted());
});

/** Subgraphs listen by themselves in the distributed topology; they are asked with the gateway's own signature. */
const nobody = anonymousViewer({ channel: 'web', locale: 'zh-CN' });
const { graphs, internalSecret } = worldFacts();

describe('what belongs to others, through _entities', () => {
  let things: Things;
  let owner: Viewer;
  let stranger: Viewer;
  const buyer: Viewer = { ...nobody, kind: 'STAFF', id: newId('staff'), scopes: ['catalog:write'] };
  beforeAll(async () => {
    const shop = await aShop(graphs.distributed);
    const [first, second] = await Promise.all([shop.shopper(), shop.shopper({ region: null })]);
    things = await thingsOf(shop, first);
    owner = { ...nobody, kind: 'MEMBER', id: first.id, tierLevel: 0 };
    stranger = { ...nobody, kind: 'MEMBER', id: second.id, tierLevel: 0 };
  });

  async function ask(subgraph: string, viewer: Viewer, query: string, representation: object): Promise<unknown> {
    const body = JSON.stringify({ query, variables: { representations: [representation] } });
    const header = signCall({
      secret: internalSecret,
      target: `${subgraph}/graphql`,
      viewer,
      requestId: newId('request'),
      body,
      now: new Date(),
    });
    const answer = await fetch(`${graphs.distributed.subgraphUrls[subgraph]}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', [viewerHeader]: header },
      body,
    });
    return answer.json();
  }

  const idOf = (type: string, key: string, named: Things): string =>
    named[key === 'number' ? 'orderNumber' : (whoseEntities[type] as Owned)];
  const document = (type: string, selection: string) =>
    `query ($representations: [_Any!]!) { _entities(representations: $representations) { __typename ... on ${type} { ${selection} } } }`;

  test.each(owned)('$type by $key of $subgraph: no field of it says anything to a stranger', async (entity) => {
    const { subgraph, type, key, selections } = entity;
    for (const selection of ['__typename', ...selections]) {
      const [foreign, none] = await Promise.all(
        [things, unknownThings].map((named) =>
          ask(subgraph, stranger, document(type, selection), { __typename: type, [key]: idOf(type, key, named) }),
        ),
      );
      expect([selection, withoutRequest(foreign)]).toEqual([selection, withoutRequest(none)]);
    }
  });

  test('and each is there for its owner', async () => {
    const seen = await Promise.all(
      owned.map(async ({ subgraph, type, key }) => {
        const representation = { __typename: type, [key]: idOf(type, key, things) };
        const asker = type === 'Supplier' ? buyer : owner;
        const answer = await ask(subgraph, asker, document(type, '__typename'), representation);
        return JSON.stringify(answer).includes(`"__typename":"${type}"`) ? type : null;
      }),
    );
    expect([...new Set(seen)].filter((type) => type !== null).toSorted()).toEqual(
      [...new Set(owned.map(({ type }) => type))].toSorted(),
    );
  });
});

function withoutRequest(answer: unknown): unknown {
  return JSON.parse(JSON.stringify(answer), (name, value: unknown) => (name === 'requestId' ? 'the request' : value));
}
