import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { billOfMaterials } from './bill-of-materials.ts';

const hash = createHash('sha512').update('the archive');
const hex = hash.copy().digest('hex');
const integrity = `sha512-${hash.digest('base64')}`;
const ours = { name: 'fullchain', version: '0.1.0' };
const packages = {
  '': {},
  'node_modules/zod': { version: '4.6.7', integrity, license: 'MIT' },
  'node_modules/@apollo/server': { version: '5.5.1', integrity, license: '(MIT OR Apache-2.0)', optional: true },
  'node_modules/a/node_modules/zod': { version: '3.0.0', integrity, license: 'MIT' },
  'node_modules/b/node_modules/zod': { version: '3.0.0', integrity, license: 'MIT' },
  'node_modules/jest': { version: '30.5.2', integrity, license: 'MIT', dev: true },
};

test('names every package of the services once for each version, with its hash and licence', () => {
  const { components, metadata, specVersion } = billOfMaterials(ours, packages, { all: false });
  expect([specVersion, metadata.component]).toEqual([
    '1.6',
    { type: 'application', 'bom-ref': 'fullchain@0.1.0', ...ours },
  ]);
  expect(components.map(({ purl }) => purl)).toEqual([
    'pkg:npm/%40apollo/server@5.5.1',
    'pkg:npm/zod@3.0.0',
    'pkg:npm/zod@4.6.7',
  ]);
  expect(components[0]).toEqual({
    type: 'library',
    'bom-ref': 'pkg:npm/%40apollo/server@5.5.1',
    name: '@apollo/server',
    version: '5.5.1',
    scope: 'optional',
    purl: 'pkg:npm/%40apollo/server@5.5.1',
    hashes: [{ alg: 'SHA-512', content: hex }],
    licenses: [{ expression: '(MIT OR Apache-2.0)' }],
  });
});

test('names what building and testing need only when it is asked to', () => {
  const names = billOfMaterials(ours, packages, { all: true }).components.map(({ name }) => name);
  expect(names).toEqual(['@apollo/server', 'jest', 'zod', 'zod']);
});

test('does not vouch for a package without a hash', () => {
  const unknown = { 'node_modules/odd': { version: '1.0.0', license: 'MIT' } };
  expect(() => billOfMaterials(ours, unknown, { all: false })).toThrow('odd 1.0.0 has no SHA-512 in the lock file');
});
