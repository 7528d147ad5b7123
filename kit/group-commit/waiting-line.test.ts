import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { WaitingLine } from './waiting-line.ts';

interface Entry {
  readonly name: string;
  readonly keys: readonly string[];
}

/** `1ab` is the entry 1, which contends for a and b. */
const entry = (text: string): Entry => ({ name: text.charAt(0), keys: [...text.slice(1)] });
const lineOf = (...texts: string[]) => {
  const line = new WaitingLine<Entry>();
  for (const text of texts) line.add(entry(text));
  return line;
};
const names = (group: readonly Entry[]) => group.map((one) => one.name).join('');

describe('a waiting line', () => {
  test('lets those who share a key go together, in order of arrival', () => {
    const line = lineOf('1a', '2a', '3a');
    expect(names(line.next(10))).toBe('123');
    expect(line.length).toBe(0);
  });

  test('lets no more go than told, and the next after them', () => {
    const line = lineOf('1a', '2a', '3a');
    const group = line.next(2);
    expect(names(group)).toBe('12');
    expect(names(line.next(2))).toBe('');
    line.finish(group);
    expect(names(line.next(2))).toBe('3');
  });

  test('keeps those who contend with somebody under way waiting, and nobody else', () => {
    const line = lineOf('1a');
    const group = line.next(10);
    for (const text of ['2a', '3b', '4c']) line.add(entry(text));
    expect(names(line.next(10))).toBe('34');
    line.finish(group);
    expect(names(line.next(10))).toBe('2');
  });

  test('lets nobody overtake on any of its keys', () => {
    const line = lineOf('1a');
    const group = line.next(10);
    // 2 waits for a; 3 contends with 2 for b, and 4 with 3 for c.
    for (const text of ['2ab', '3bc', '4c', '5d']) line.add(entry(text));
    expect(names(line.next(10))).toBe('5');
    line.finish(group);
    expect(names(line.next(10))).toBe('234');
  });

  test('forgets those who leave', () => {
    const line = lineOf('1a', '2a', '3b');
    expect(names(line.remove(({ name }) => name !== '2'))).toBe('13');
    expect([line.waitingFor('a'), line.waitingFor('b'), line.first?.name]).toEqual([1, 0, '2']);
  });

  test('lets everybody go once, and those of one key in the order in which they came', () => {
    const key = fc.constantFrom('a', 'b', 'c', 'd');
    const arrivals = fc.array(fc.uniqueArray(key, { maxLength: 3 }), { maxLength: 40 });
    fc.assert(
      fc.property(arrivals, fc.integer({ min: 1, max: 5 }), fc.array(fc.nat(3)), (keyLists, most, choices) => {
        const line = new WaitingLine<{ index: number; keys: string[] }>();
        const underWay: { index: number; keys: string[] }[][] = [];
        const gone: { index: number; keys: string[] }[] = [];
        const start = () => {
          const group = line.next(most);
          const busy = new Set(underWay.flat().flatMap((one) => one.keys));
          expect(group.some((one) => one.keys.some((each) => busy.has(each)))).toBe(false);
          if (group.length > 0) underWay.push(group);
          gone.push(...group);
        };
        const finish = (choice: number) => {
          const [group] = underWay.splice(choice % Math.max(1, underWay.length), 1);
          if (group) line.finish(group);
        };
        keyLists.forEach((keys, index) => {
          line.add({ index, keys });
          const choice = choices[index] ?? 0;
          if (choice > 0) start();
          if (choice > 1) finish(choice);
        });
        while (line.length > 0 || underWay.length > 0) {
          start();
          finish(0);
        }
        expect(gone).toHaveLength(keyLists.length);
        for (const each of ['a', 'b', 'c', 'd']) {
          const order = gone.filter((one) => one.keys.includes(each)).map((one) => one.index);
          expect(order).toEqual(order.toSorted((a, b) => a - b));
        }
      }),
    );
  });
});
