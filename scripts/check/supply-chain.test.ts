import { describe, expect, test } from '@jest/globals';
import { lockProblems, npmProblems, rangeProblems, supplyChain, type LockedPackages } from './supply-chain.ts';

const integrity = `sha512-${'a'.repeat(86)}==`;
const fine = { version: '1.0.0', integrity, license: 'MIT' };
const once: LockedPackages = { '': {}, 'node_modules/graphql': fine, 'node_modules/mongoose': fine };

describe('a version', () => {
  test('that is exact is fine, wherever it stands', () => {
    const dependencies = { zod: '4.6.7', next: '1.0.0-rc.1' };
    expect(rangeProblems({ dependencies, overrides: { a: { b: '7.8.0' } } })).toEqual([]);
  });

  test.each(['^4.6.7', '~4.6.7', '>=4', '4.x', '*', 'latest', '4.6', 'github:a/b', 'file:../b', ''])(
    '%j is refused',
    (version) => {
      const problem = `zod is "${version}", not an exact version`;
      expect(rangeProblems({ dependencies: { zod: version } })).toEqual([`package.json: dependency ${problem}`]);
      expect(rangeProblems({ devDependencies: { zod: version } })).toEqual([`package.json: dependency ${problem}`]);
      expect(rangeProblems({ overrides: { a: { zod: version } } })).toEqual([`package.json: override a ${problem}`]);
    },
  );
});

describe('a package in the lock', () => {
  const problemsOf = (locked: LockedPackages[string], name = 'odd') =>
    lockProblems({ ...once, [`node_modules/${name}`]: { ...fine, ...locked } });

  test('with its hash and a licence that we know is fine', () => {
    expect(problemsOf({})).toEqual([]);
    const registry = ['https://registry.np', 'mjs.org/@a/odd/-/odd-1.0.0.tgz'].join('');
    expect(problemsOf({ resolved: registry, license: '(MIT OR GPL-3.0)' })).toEqual([]);
  });

  test.each<[string, LockedPackages[string], string]>([
    ['without a hash', { integrity: '' }, 'has no SHA-512 of its content in the lock'],
    ['with a weak hash', { integrity: 'sha1-abc=' }, 'has no SHA-512 of its content in the lock'],
    ['that is a link to a folder', { link: true }, 'has no SHA-512 of its content in the lock'],
    ['from a repository', { resolved: 'git+ssh://git@host/a/odd.git#abc' }, 'comes from elsewhere than the registry'],
    ['from any address', { resolved: 'https://host/odd.tgz' }, 'comes from elsewhere than the registry'],
    [
      'that runs something when it is installed',
      { hasInstallScript: true },
      'brings an install script: look at it, and list it in scripts/check/supply-chain.ts',
    ],
    ['under another licence', { license: 'AGPL-3.0' }, 'is under AGPL-3.0, which nobody has agreed to'],
    [
      'of which a part is under another',
      { license: '(MIT AND GPL-2.0)' },
      'is under (MIT AND GPL-2.0), which nobody has agreed to',
    ],
    ['without a licence', { license: undefined as never }, 'is under no licence, which nobody has agreed to'],
  ])('%s is refused', (_, locked, problem) => {
    expect(problemsOf(locked)).toEqual([`odd 1.0.0 ${problem}`]);
  });

  test('that may be under its licence may not be under another one of that kind', () => {
    expect(problemsOf({ license: 'Elastic-2.0' }, '@apollo/gateway')).toEqual([]);
    expect(problemsOf({ license: 'Elastic-2.0' }, '@apollo/router')).toHaveLength(1);
  });

  test('of which there must be one may not be there twice, or not at all', () => {
    const second = { ...once, 'node_modules/tool/node_modules/graphql': { ...fine, version: '17.0.0' } };
    expect(lockProblems(second)).toEqual([
      'graphql: 2 copies instead of one (node_modules/graphql 1.0.0, node_modules/tool/node_modules/graphql 17.0.0)',
    ]);
    expect(lockProblems({ 'node_modules/mongoose': fine })).toEqual(['graphql: 0 copies instead of one ()']);
  });
});

test('npm must be told to run no scripts of packages', () => {
  expect(npmProblems('ignore-scripts=true\n')).toEqual([]);
  expect(npmProblems('fund=false\n')).toHaveLength(1);
  expect(npmProblems('ignore-scripts=false\n')).toHaveLength(1);
});

test('what this repository is made of passes', async () => {
  expect(await supplyChain.run()).toEqual([]);
});
