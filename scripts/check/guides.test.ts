import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { root } from './step.ts';

const folder = join(root, 'docs', 'guides');
/** The tests and guides that a guide names, in backticks. */
const named = readdirSync(folder).flatMap((guide) =>
  [...readFileSync(join(folder, guide), 'utf8').matchAll(/`([\w.-]+(?:\/[\w.-]+)+\.(?:test\.ts|md))`/g)].map(
    ([, path = '']) => [guide, path] as const,
  ),
);

test.each(['security.md', 'promises-of-the-order-path.md'])('%s names tests', (promises) => {
  expect(named.filter(([guide]) => guide === promises).length).toBeGreaterThan(50);
});

test.each(named)('%s names %s, which is there', (_, path) => {
  expect(existsSync(join(root, path))).toBe(true);
});
