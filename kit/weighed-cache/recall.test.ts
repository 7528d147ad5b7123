import { expect, test } from '@jest/globals';
import { createRecall } from './recall.ts';

const holds = () => true;
const isOver = () => false;

test('a question is worth remembering the second time, and then answered as long as what was remembered holds', async () => {
  const recall = createRecall<string>(10_000);
  expect(await recall.recall('q', holds)).toBe('not worth remembering');
  expect(await recall.recall('q', holds)).toBe('worth remembering');
  recall.remember('q', 'answer', 10);
  expect(await recall.recall('q', holds)).toMatchObject({ value: 'answer' });
  expect(await recall.recall('q', async () => true)).toMatchObject({ value: 'answer' });
  expect(await recall.recall('another', holds)).toBe('not worth remembering');
});

test('what changed before it was of use is not remembered at once again, what was of use is', async () => {
  const recall = createRecall<string>(10_000);
  for (const question of ['unused', 'used']) {
    await recall.recall(question, holds);
    await recall.recall(question, holds);
    recall.remember(question, 'old', 10);
  }
  await recall.recall('used', holds);
  expect(await recall.recall('used', async () => false)).toBe('worth remembering');
  expect(await recall.recall('unused', isOver)).toBe('not worth remembering');
  expect(await recall.recall('unused', isOver)).toBe('worth remembering');
});

test('a question whose answers can’t be remembered is tried again after a thousand times', async () => {
  const recall = createRecall<string>(10_000);
  recall.dontRemember('q');
  for (let count = 0; count < 1_000; count += 1) {
    expect(await recall.recall('q', holds)).toBe('not worth remembering');
  }
  expect(await recall.recall('q', holds)).toBe('worth remembering');
});

test('everything together weighs no more than it may, questions included, and nothing after clearing', async () => {
  const recall = createRecall<string>(2_000);
  for (let count = 0; count < 100; count += 1) await recall.recall(`question ${count}`, holds);
  expect(recall.bytes).toBeGreaterThan(1_500);
  expect(recall.bytes).toBeLessThanOrEqual(2_000);
  expect(await recall.recall('question 99', holds)).toBe('worth remembering');
  expect(await recall.recall('question 0', holds)).toBe('not worth remembering');
  recall.remember('large', 'answer', 2_001);
  expect(recall.bytes).toBe(0);
  recall.clear();
  expect(recall.bytes).toBe(0);
});
