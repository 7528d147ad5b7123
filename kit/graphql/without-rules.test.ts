import { expect, test } from '@jest/globals';
import { parse, print } from 'graphql';
import { withoutRules } from './without-rules.ts';

test('access rules and cache hints leave the document, and with them their definitions and imports', () => {
  const document = parse(`
    extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@authenticated", "@requiresScopes"])
    directive @public on FIELD_DEFINITION
    directive @cacheControl(maxAge: Int) on FIELD_DEFINITION | OBJECT
    type T @key(fields: "id") @cacheControl(maxAge: 1) { id: ID! a: Int @authenticated b: Int @requiresScopes(scopes: [["x"]]) @deprecated }
    type Query { t: T @public @cacheControl(maxAge: 0) }
  `);
  expect(print(withoutRules(document))).toBe(
    print(
      parse(`
    extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
    type T @key(fields: "id") { id: ID! a: Int b: Int @deprecated }
    type Query { t: T }
  `),
    ),
  );
});
