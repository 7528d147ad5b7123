import { beforeEach, describe, expect, test } from '@jest/globals';
import { type GroundSource, noteGround, noteNoGround } from '#kit/near-cache/grounds.ts';
import { anonymousViewer } from '#kit/viewer/viewer.ts';
import type { GraphAnswer } from './executor.ts';
import {
  createQuestions,
  createRememberedAnswers,
  type RememberedAnswers,
  type WorkOut,
} from './remembered-answers.ts';

const world = { price: 1, worked: 0 };
const shop: GroundSource = { stillGives: (values) => values.get('price') === world.price };
let answers: RememberedAnswers;

/** Answers with the price, which comes from memory. */
const priced: WorkOut = async () => {
  world.worked += 1;
  noteGround(shop, 'price', world.price);
  return { data: { price: world.price } };
};
const ask = (workOut: WorkOut = priced, question = 'q') => answers.answer(question, workOut);

beforeEach(() => {
  Object.assign(world, { price: 1, worked: 0 });
  answers = createRememberedAnswers({ bytesAtMost: 100_000, nowMs: () => 0 });
});

describe('an answer', () => {
  test('is worked out twice, and then the same as long as what it was made from is so', async () => {
    const [first, second, third, fourth] = [await ask(), await ask(), await ask(), await ask()];
    expect(world.worked).toBe(2);
    expect(third).toBe(second);
    expect(fourth).toBe(second);
    expect([Object.isFrozen(first.data), Object.isFrozen(second.data)]).toEqual([false, true]);
    world.price = 2;
    const changed = await ask();
    expect(changed).toEqual({ data: { price: 2 } });
    expect(await ask()).toBe(changed);
    expect(world.worked).toBe(3);
  });

  test.each<[string, WorkOut]>([
    ['has an error', async () => ({ data: { price: null }, errors: [{ message: 'away' }] })],
    ['has no data', async () => ({ data: null })],
    [
      'was read from the database',
      async () => {
        noteNoGround();
        return { data: {} };
      },
    ],
    [
      'needed something else than memory',
      async (touched) => {
        touched?.();
        return { data: {} };
      },
    ],
  ])('that %s is worked out each time', async (_, workOut) => {
    const given = new Set<GraphAnswer>();
    for (let count = 0; count < 5; count += 1) given.add(await ask(workOut));
    expect(given.size).toBe(5);
    expect([...given].some(({ data }) => data && Object.isFrozen(data))).toBe(false);
  });

  test('that fails is nobody else’s', async () => {
    await ask();
    await expect(ask(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(await ask()).toEqual({ data: { price: 1 } });
  });

  test('counts by what it holds, and goes when there is too much', async () => {
    const text = 'x'.repeat(10_000);
    const large: WorkOut = async () => ({ data: { text } });
    for (let nth = 0; nth < 20; nth += 1) {
      await ask(large, `q${nth}`);
      await ask(large, `q${nth}`);
    }
    expect(answers.bytes).toBeGreaterThan(50_000);
    expect(answers.bytes).toBeLessThanOrEqual(100_000);
  });
});

describe('a question', () => {
  const viewer = anonymousViewer({ channel: 'web', locale: 'en' });
  const asked = { query: '{ a }', operationName: null, variables: { first: 20, filter: { inStock: true } } };
  const questionOf = createQuestions();

  test('is the same when everything is, whoever asks in whichever session', () => {
    expect(questionOf(structuredClone(asked), { ...viewer, id: 'mbr_1', sessionId: 'ses_1' })).toBe(
      questionOf(asked, viewer),
    );
    const of = [{ __typename: 'Sku', id: 'x'.repeat(500) }];
    const frozen = { ...asked, variables: { of: Object.freeze(structuredClone(of)) } };
    expect(questionOf(frozen, viewer)).toBe(questionOf({ ...asked, variables: { of } }, viewer));
    expect(questionOf(frozen, viewer)).toHaveLength(questionOf({ ...asked, variables: { of } }, viewer).length);
  });

  test.each([
    ['another document', { ...asked, query: '{ b }' }, viewer],
    ['another operation of it', { ...asked, operationName: 'A' }, viewer],
    ['another value', { ...asked, variables: { ...asked.variables, first: 21 } }, viewer],
    ['another value within', { ...asked, variables: { ...asked.variables, filter: { inStock: false } } }, viewer],
    ['another name', { ...asked, variables: { last: 20, filter: { inStock: true } } }, viewer],
    ['a value that looks like two', { ...asked, variables: { first: '20","filter","{}' } }, viewer],
    ['a value less', { ...asked, variables: { first: 20 } }, viewer],
    ['no variables', { ...asked, variables: null }, viewer],
    ['another channel', asked, anonymousViewer({ channel: 'app', locale: 'en' })],
    ['another language', asked, anonymousViewer({ channel: 'web', locale: 'zh-CN' })],
    ['a member', asked, { ...viewer, kind: 'MEMBER' } as const],
    ['another tier', asked, { ...viewer, tierLevel: 1 }],
    ['a scope', asked, { ...viewer, scopes: ['catalog:write'] }],
    ['a role', asked, { ...viewer, roles: ['analyst'] }],
  ])('is another one with %s', (_, other, by) => {
    expect(questionOf(other, by)).not.toBe(questionOf(asked, viewer));
  });
});
