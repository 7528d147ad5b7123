import { describe, expect, test } from '@jest/globals';
import { fileRules } from './file-rules.ts';

const problem = (name: string, path: string, text = ''): string | null => {
  const rule = fileRules.find((candidate) => candidate.name === name);
  if (rule === undefined) throw new Error(`no rule ${name}`);
  return rule.problem(path, text);
};

describe('names say what is inside', () => {
  test.each(['kit/utils/money.ts', 'subgraphs/order/order-service.ts', 'kit/common.ts'])('%s is refused', (path) => {
    expect(problem('names say what is inside', path)).toContain('in its name');
  });
  test.each(['kit/money/money.ts', 'subgraphs/order/after-sale/serviceable.ts'])('%s is fine', (path) => {
    expect(problem('names say what is inside', path)).toBeNull();
  });
});

describe('files stay short', () => {
  test('300 lines are fine and 301 are not', () => {
    expect(problem('files stay short', 'kit/a.ts', '\n'.repeat(299))).toBeNull();
    expect(problem('files stay short', 'kit/a.ts', '\n'.repeat(300))).toBe('301 lines, more than 300');
  });
  test('generated files may be of any length', () => {
    expect(problem('files stay short', 'subgraphs/order/__generated__/types.ts', '\n'.repeat(5_000))).toBeNull();
  });
});

describe('the domain has no clock and no luck', () => {
  const name = 'the domain has no clock and no luck';
  const path = 'subgraphs/order/order/domain/expiry.ts';
  test('asking for the time is refused, with its line', () => {
    expect(problem(name, path, 'const a = 1;\nconst now = new Date();\n')).toBe('new Date() in line 2');
  });
  test('a date made from an argument, and a word in a comment, are fine', () => {
    expect(problem(name, path, '// not Date.now()\nnew Date(placedAt.getTime() + 60_000);\n')).toBeNull();
  });
});

describe('settings are read once', () => {
  const name = 'settings are read once';
  test('an action that reads the environment is refused', () => {
    expect(problem(name, 'subgraphs/order/order/actions/pay.ts', 'process.env.PORT')).toBe('process.env in line 1');
  });
  test.each([
    'subgraphs/order/main.ts',
    'gateway/config.ts',
    'kit/config/config.ts',
    'kit/subgraph/run.ts',
    'scripts/start.ts',
  ])('%s may read it', (path) => {
    expect(problem(name, path, 'process.env.PORT')).toBeNull();
  });
});
