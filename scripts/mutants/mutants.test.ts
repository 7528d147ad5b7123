import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { root } from '../check/step.ts';
import { mutants } from './mutants.ts';

describe.each(mutants)('the mutant "$defect"', ({ edits, test: { file, name } }) => {
  test.each(edits)('changes one place in $file', ({ file: source, from, to }) => {
    expect(readFileSync(join(root, source), 'utf8').split(from)).toHaveLength(2);
    expect(to).not.toBe(from);
  });

  test('has its test', () => {
    expect(existsSync(join(root, file))).toBe(true);
    const text = readFileSync(join(root, file), 'utf8');
    if (name === undefined) expect(text).toMatch(/\btest(\.each)?\(/);
    else expect(text).toContain(name);
  });
});
