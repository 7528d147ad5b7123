import { describe, expect, test } from '@jest/globals';
import { lockProblems } from './lock-file.ts';

describe('the lock file', () => {
  test('with one graphql and one mongoose is fine', () => {
    const packages = { 'node_modules/graphql': {}, 'node_modules/mongoose': {}, 'node_modules/graphql-tag': {} };
    expect(lockProblems(packages)).toEqual([]);
  });

  test('with a second graphql is refused, naming where', () => {
    const packages = {
      'node_modules/graphql': { version: '16.15.0' },
      'node_modules/tool/node_modules/graphql': { version: '17.0.0' },
      'node_modules/mongoose': {},
    };
    expect(lockProblems(packages)).toEqual([
      'graphql: 2 copies instead of one (node_modules/graphql 16.15.0, node_modules/tool/node_modules/graphql 17.0.0)',
    ]);
  });
});
