import { describe, expect, test } from '@jest/globals';
import { pause } from '#kit/lease/pause.ts';
import { eventually } from '#kit/testing/eventually.ts';
import { createGather } from './gather.ts';

/** A receiver that waits to be let go, and remembers what came together. */
function gatedReceiver() {
  const batches: number[][] = [];
  const gates: (() => void)[] = [];
  const send = async (requests: readonly number[]) => {
    batches.push([...requests]);
    await new Promise<void>((resolve) => gates.push(resolve));
    return requests.map((request) => request * 10);
  };
  const letGo = async (nth: number) => {
    await eventually(() => gates.length > nth);
    gates[nth]?.();
  };
  return { batches, send, letGo };
}

describe('gathering', () => {
  test('sends together what is asked for at one moment, and what arrives meanwhile next, each with its own answer', async () => {
    const { batches, send, letGo } = gatedReceiver();
    const ask = createGather(send, { atOnce: 1 });
    const first = [1, 2, 3].map((request) => ask(request));
    await eventually(() => batches.length === 1);
    const second = [4, 5].map((request) => ask(request));
    await letGo(0);
    await letGo(1);
    expect(await Promise.all([...first, ...second])).toEqual([10, 20, 30, 40, 50]);
    expect(batches).toEqual([
      [1, 2, 3],
      [4, 5],
    ]);
  });

  test('sends no more together, and no more at once, than told', async () => {
    const { batches, send, letGo } = gatedReceiver();
    const ask = createGather(send, { largest: 2, atOnce: 2 });
    const answers = [1, 2, 3, 4, 5].map((request) => ask(request));
    await eventually(() => batches.length === 2);
    for (const nth of [0, 1, 2]) await letGo(nth);
    expect(await Promise.all(answers)).toEqual([10, 20, 30, 40, 50]);
    expect(batches).toEqual([[1, 2], [3, 4], [5]]);
  });

  test('sends together what is asked for within the time that it is given', async () => {
    const batches: number[][] = [];
    const ask = createGather<number, number>(
      async (requests) => {
        batches.push([...requests]);
        return requests;
      },
      { afterMs: () => 200 },
    );
    const first = ask(1);
    await pause(20);
    expect(await Promise.all([first, ask(2)])).toEqual([1, 2]);
    expect(await ask(3)).toBe(3);
    expect(batches).toEqual([[1, 2], [3]]);
  });

  test('gives a failure to each that was sent with it, and goes on', async () => {
    let broken = true;
    const ask = createGather<number, number>(async (requests) => {
      if (broken) throw new Error('away');
      return requests.map((request) => request * 10);
    });
    const outcomes = await Promise.allSettled([1, 2].map((request) => ask(request)));
    expect(outcomes).toMatchObject([{ reason: { message: 'away' } }, { reason: { message: 'away' } }]);
    broken = false;
    expect(await ask(3)).toBe(30);
  });

  test('refuses with BUSY when too many wait, and takes an answer too few for a failure', async () => {
    const ask = createGather<number, number>(async () => [], { mostWaiting: 1 });
    const first = ask(1);
    await expect(ask(2)).rejects.toMatchObject({ extensions: { code: 'BUSY', retryAfterMs: 1_000 } });
    await expect(first).rejects.toThrow('0 answers to 1 requests');
  });
});
