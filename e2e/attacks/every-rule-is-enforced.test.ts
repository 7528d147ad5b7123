import { buildSubgraphSchema } from '@apollo/subgraph';
import { describe, expect, test } from '@jest/globals';
import { GraphQLError, isObjectType, parse } from 'graphql';
import { subgraphNames } from '#kit/events/events.ts';
import { accessRules as rulesOf, enforceRules } from '#kit/graphql/rules.ts';
import { loadTypeDefs } from '#kit/graphql/type-defs.ts';
import { anonymousViewer, scopes, type Viewer } from '#kit/viewer/viewer.ts';
import { accessRules } from './matrix/public-schema.ts';

const nobody = anonymousViewer({ channel: 'web', locale: 'en' });
const member: Viewer = { ...nobody, kind: 'MEMBER', id: 'mbr_1' };

/** What a field reads of its parent before its rule lets it would be a leak: this parent can't be touched. */
const untouchable = new Proxy(
  {},
  {
    get() {
      throw new Error('the parent was touched before the rule');
    },
  },
);

const guarded = subgraphNames.flatMap((name) => {
  const schema = buildSubgraphSchema(parse(loadTypeDefs(name)));
  enforceRules(schema);
  return [...rulesOf(schema)]
    .filter(([, rule]) => rule.kind !== 'PUBLIC')
    .map(([coordinate, rule]) => ({ subgraph: name, coordinate, rule, schema }));
});

test('every rule of the composed graph stands in a subgraph', () => {
  const composed = Object.entries(accessRules).filter(([, rule]) => rule.kind !== 'PUBLIC');
  expect([...new Set(guarded.map(({ coordinate }) => coordinate))].toSorted()).toEqual(
    composed.map(([coordinate]) => coordinate).toSorted(),
  );
});

describe.each(guarded)('$coordinate of $subgraph', ({ coordinate, rule, schema }) => {
  const [typeName = '', fieldName = ''] = coordinate.split('.');
  const type = schema.getType(typeName);
  const field = isObjectType(type) ? type.getFields()[fieldName] : undefined;
  const codeFor = (viewer: Viewer): unknown => {
    try {
      field?.resolve?.(untouchable, {}, { viewer }, {} as never);
      return 'let in';
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error;
      return error.extensions['code'];
    }
  };

  test('refuses nobody, and whoever lacks its scopes, before it looks at anything', () => {
    expect(codeFor(nobody)).toBe('UNAUTHENTICATED');
    if (rule.kind !== 'SCOPES') return;
    expect(codeFor(member)).toBe('FORBIDDEN');
    const needed = new Set(rule.anyOf.flat());
    const others = scopes.filter((scope) => !needed.has(scope));
    for (const kind of ['MEMBER', 'STAFF', 'ANALYST', 'PARTNER'] as const) {
      expect(codeFor({ ...member, kind, scopes: others })).toBe('FORBIDDEN');
    }
  });
});
