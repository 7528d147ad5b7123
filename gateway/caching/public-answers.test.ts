import { beforeEach, describe, expect, test } from '@jest/globals';
import type { HttpAnswer } from '../server/run-operation.ts';
import { createPublicAnswers, type PublicAnswers } from './public-answers.ts';

/** Milliseconds, and the questions that reached the engine. */
const world = { now: 0, asked: 0 };
let answers: PublicAnswers;
const whole = (text: string): HttpAnswer => ({ status: 200, headers: {}, body: `{"data":{"text":"${text}"}}\n` });
const partly: HttpAnswer = { status: 200, headers: {}, body: '{"errors":[{"message":"away"}],"data":{"text":null}}\n' };

beforeEach(() => {
  world.now = 5_000;
  world.asked = 0;
  answers = createPublicAnswers({ keptMs: 200, bytesAtMost: 100, nowMs: () => world.now });
});
/** An answer that comes when the test says so. */
const later = () => Promise.withResolvers<HttpAnswer>();
const asking = (answer: HttpAnswer | Promise<HttpAnswer>) => async () => {
  world.asked += 1;
  return answer;
};
const textOf = async (key: string, answer: HttpAnswer | Promise<HttpAnswer> = whole(key)) =>
  String((await answers.answer(key, asking(answer))).body);

describe('public answers', () => {
  test('are worked out once for all who ask the same at the same time', async () => {
    const all = await Promise.all([textOf('a'), textOf('a'), textOf('b'), textOf('a')]);
    expect(all.map((text) => text.includes('"a"'))).toEqual([true, true, false, true]);
    expect(world.asked).toBe(2);
  });

  test('are given to all who come within their time, counted from the beginning of the work', async () => {
    const { promise, resolve: end } = later();
    const slow = textOf('a', promise);
    world.now += 150;
    end(whole('slow'));
    await slow;
    world.now += 49;
    expect(await textOf('a', whole('new'))).toContain('slow');
    world.now += 1;
    expect(await textOf('a', whole('new'))).toContain('new');
    expect(world.asked).toBe(2);
  });

  test('are not shared when they aren’t whole: whoever waited asks for themselves', async () => {
    const { promise, resolve: end } = later();
    const first = answers.answer('a', asking(promise));
    const second = answers.answer('a', asking(whole('second')));
    end(partly);
    expect([(await first).kept, String((await first).body)]).toEqual([null, partly.body]);
    expect(String((await second).body)).toContain('second');
    await textOf('a', whole('third'));
    expect(world.asked).toBe(3);
  });

  test('that can’t be had fail for whoever asked first alone', async () => {
    const failing = Promise.reject(new Error('broken'));
    const first = answers.answer('a', asking(failing));
    const second = answers.answer('a', asking(whole('second')));
    await expect(first).rejects.toThrow('broken');
    expect(String((await second).body)).toContain('second');
  });

  test('begun before they were forgotten are given to nobody who asks afterwards', async () => {
    const { promise, resolve: end } = later();
    const before = textOf('a', promise);
    answers.forget();
    const after = textOf('a', whole('after'));
    end(whole('before'));
    expect(await before).toContain('before');
    expect(await after).toContain('after');
    expect(await textOf('a', whole('later'))).toContain('after');
  });

  test('take no more bytes than they may: the oldest go', async () => {
    for (const key of ['a', 'b', 'c', 'd', 'e']) await textOf(key, whole(key.repeat(10)));
    world.asked = 0;
    for (const key of ['e', 'd', 'a']) await textOf(key);
    expect(world.asked).toBe(1);
  });

  test('have a tag that changes with the data, and their age in whole seconds', async () => {
    const tagOf = async (key: string, text: string) => (await answers.answer(key, asking(whole(text)))).kept?.etag();
    expect(await tagOf('a', 'x')).toMatch(/^W\/"[\w-]{27}"$/);
    expect(await tagOf('b', 'x')).toBe(await tagOf('a', 'x'));
    expect(await tagOf('c', 'y')).not.toBe(await tagOf('a', 'x'));
    expect((await answers.answer('a', asking(whole('x')))).kept?.age).toBe(0);
  });

  test('are asked for each time when none are to be kept', async () => {
    const none = createPublicAnswers({ keptMs: 0, bytesAtMost: 100 });
    await Promise.all([none.answer('a', asking(whole('a'))), none.answer('a', asking(whole('a')))]);
    expect(world.asked).toBe(2);
  });
});
