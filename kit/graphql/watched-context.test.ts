import { expect, test } from '@jest/globals';
import { watched } from './watched-context.ts';

const context = {
  viewer: { id: 'mbr_1', channel: 'web' },
  loaders: { product: () => 'p', order: () => 'o' },
  clock: 9,
};

/** How often something was touched that isn't free to use. */
function touching(use: (seen: typeof context) => unknown): { touched: number; value: unknown } {
  let touched = 0;
  const seen = watched(context, { viewer: true, loaders: ['product'] }, () => (touched += 1));
  return { value: use(seen), touched };
}

test.each<[string, (seen: typeof context) => unknown, unknown, number]>([
  ['all of what is free', ({ viewer }) => viewer.id, 'mbr_1', 0],
  ['a part that is free', ({ loaders }) => loaders.product(), 'p', 0],
  ['a part that isn’t', ({ loaders }) => loaders.order(), 'o', 1],
  ['anything else', ({ clock }) => clock, 9, 1],
  ['everything by copying it', (seen) => ({ ...seen }).clock, 9, 1],
  ['every part by copying it', ({ loaders }) => ({ ...loaders }).product(), 'p', 1],
])('who uses %s gets it, and is told on if it is not free', (_, use, value, touched) => {
  expect(touching(use)).toEqual({ value, touched });
});
