import { describe, expect, test } from '@jest/globals';
import { createEditsInTurn } from './edits-in-turn.ts';

describe('edits of carts', () => {
  test('of one cart wait for each other, in order, and know that they did', async () => {
    const inTurn = createEditsInTurn();
    const seen: unknown[] = [];
    let atOnce = 0;
    const edit = (name: string) =>
      inTurn('crt_1', async (waited) => {
        atOnce += 1;
        expect(atOnce).toBe(1);
        await Promise.resolve();
        seen.push([name, waited]);
        atOnce -= 1;
        return name;
      });

    expect(await Promise.all([edit('a'), edit('b'), edit('c')])).toEqual(['a', 'b', 'c']);
    expect(seen).toEqual([
      ['a', false],
      ['b', true],
      ['c', true],
    ]);
    expect(await edit('later')).toBe('later');
    expect(seen.at(-1)).toEqual(['later', false]);
  });

  test('of different carts do not wait', async () => {
    const inTurn = createEditsInTurn();
    const never = inTurn('crt_1', () => new Promise(() => undefined));
    expect(await inTurn('crt_2', async (waited) => waited)).toBe(false);
    expect(never).toBeInstanceOf(Promise);
  });

  test('go on after one that failed', async () => {
    const inTurn = createEditsInTurn();
    const failing = inTurn('crt_1', async () => {
      throw new Error('lost');
    });
    const next = inTurn('crt_1', async () => 'stored');
    await expect(failing).rejects.toThrow('lost');
    expect(await next).toBe('stored');
  });
});
