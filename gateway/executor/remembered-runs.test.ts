import { beforeEach, describe, expect, test } from '@jest/globals';
import type { FetchAnswer } from '../supergraph/merged-query.ts';
import type { SubgraphFetch } from '../supergraph/subgraph-fetch.ts';
import type { Execute, Executed } from './compile-operation.ts';
import type { Run } from './fetch-step.ts';
import { createRememberedRuns, type RememberedRuns } from './remembered-runs.ts';

const fetchOf = (subgraph: string): SubgraphFetch => ({
  ...{ subgraph, query: '{ x }', operationName: null, repeatable: true, entities: false },
});

/** What each subgraph gives, and in which order they were asked what. */
const world = { answers: new Map<string, FetchAnswer>(), asked: [] as string[], executed: 0 };
let runs: RememberedRuns;

const shared = (data: Record<string, unknown>): FetchAnswer => ({ data, shared: Object.freeze(data) });
const ask: Run['ask'] = async ({ subgraph }, { of }) => {
  world.asked.push(`${subgraph} ${String(of)}`);
  await Promise.resolve();
  return world.answers.get(subgraph) ?? { data: null };
};

/** Asks product, then promotion and logistics together about what it said, and puts their words together. */
const execute: Execute = async (asking) => {
  world.executed += 1;
  const first = await asking(fetchOf('product'), { of: 'all' });
  const rest = await Promise.all(
    ['promotion', 'logistics'].map((name) => asking(fetchOf(name), { of: [first.data?.['title']] })),
  );
  return { data: Object.assign({}, first.data, ...rest.map(({ data }) => data)) as Record<string, unknown> };
};
const run = (more: Partial<{ question: string; execute: Execute }> = {}) =>
  runs.run(() => more.question ?? 'q', ask, more.execute ?? execute);
const textOf = (answer: Executed | { written: Buffer }) =>
  'written' in answer ? String(answer.written) : `${JSON.stringify(answer)}\n`;

beforeEach(() => {
  const answers = new Map([
    ['product', shared({ title: '茶' })],
    ['promotion', shared({ offer: 7 })],
    ['logistics', shared({ stock: 3 })],
  ]);
  Object.assign(world, { answers, asked: [], executed: 0 });
  runs = createRememberedRuns(1_000_000);
});

describe('a run', () => {
  test('is made twice, and after that its text is given as long as every subgraph gives the same answer', async () => {
    const texts = [await run(), await run(), await run(), await run()].map(textOf);
    expect(new Set(texts)).toEqual(new Set(['{"data":{"title":"茶","offer":7,"stock":3}}\n']));
    expect(world.executed).toBe(2);
  });

  test('asks the same of the same in the same order each time, those together that were asked together', async () => {
    for (let count = 0; count < 4; count += 1) await run();
    const each = ['product all', 'promotion 茶', 'logistics 茶'];
    expect(world.asked).toEqual([...each, ...each, ...each, ...each]);
  });

  test.each(['product', 'promotion', 'logistics'])('is made anew when %s gives another answer', async (name) => {
    for (let count = 0; count < 3; count += 1) await run();
    world.answers.set(name, shared({ ...world.answers.get(name)?.data, title: '咖啡' }));
    expect(textOf(await run())).toContain('"title":"咖啡"');
    expect(textOf(await run())).toContain('"title":"咖啡"');
    expect(world.executed).toBe(3);
  });

  test.each<[string, FetchAnswer]>([
    ['does not share what it gives', { data: { title: '茶' } }],
    ['is away', { data: null, errors: [{ message: 'away' }] }],
  ])('is made anew each time when a subgraph %s', async (_, answer) => {
    for (let count = 0; count < 3; count += 1) await run();
    world.answers.set('product', answer);
    for (let count = 0; count < 3; count += 1) await run();
    expect(world.executed).toBe(5);
  });

  test.each<[string, Executed]>([
    ['an error', { data: { title: null }, errors: [] }],
    ['no data', { data: null }],
    ['something to say beside its data', { data: {}, extensions: {} }],
  ])('with %s is made each time', async (_, executed) => {
    let made = 0;
    const failing: Execute = async (asking) => {
      made += 1;
      await asking(fetchOf('product'), {});
      return executed;
    };
    for (let count = 0; count < 4; count += 1) expect(await run({ execute: failing })).toBe(executed);
    expect(made).toBe(4);
  });

  test('that fails is its asker’s alone', async () => {
    await run();
    await expect(run({ execute: () => Promise.reject(new Error('broken')) })).rejects.toThrow('broken');
    expect(textOf(await run())).toContain('茶');
  });

  test('of a question that is very long is not remembered', async () => {
    for (let count = 0; count < 4; count += 1) await run({ question: 'x'.repeat(10_001) });
    expect(world.executed).toBe(4);
  });
});
