import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Supergraph } from '@apollo/federation-internals';
import { describe, expect, test } from '@jest/globals';
import { parse, validate } from 'graphql';

const root = join(import.meta.dirname, '../..');
const folder = join(root, 'explorer/samples');
const files = readdirSync(folder);
const supergraph = readFileSync(join(root, 'schema/supergraph.graphql'), 'utf8');
const api = Supergraph.build(supergraph).apiSchema().toGraphQLJSSchema();
const panel = readFileSync(join(root, 'explorer/src/samples/samples.ts'), 'utf8');

describe.each(files)('the sample %s', (file) => {
  test('is answered by the graph as it is', () => {
    expect(validate(api, parse(readFileSync(join(folder, file), 'utf8')))).toEqual([]);
  });

  test('is offered in the panel', () => {
    expect(panel).toContain(`samples/${file}'`);
  });
});
