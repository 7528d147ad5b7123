import { describe, expect, test } from '@jest/globals';
import { eventually } from '#kit/testing/eventually.ts';
import { groupCommit } from './group-commit.ts';

/** A commit that waits to be let go, and remembers its groups. */
function slowCommit() {
  const groups: number[][] = [];
  const gates: (() => void)[] = [];
  const commit = async (requests: readonly number[]) => {
    groups.push([...requests]);
    await new Promise<void>((resolve) => gates.push(resolve));
    return requests.map((request) => request * 10);
  };
  return { groups, gates, commit };
}

describe('a group commit', () => {
  test('writes what arrives meanwhile as one group, in order, and answers each', async () => {
    const { groups, gates, commit } = slowCommit();
    const submit = groupCommit(commit);
    const first = submit(1);
    const later = [submit(2), submit(3), submit(4)];
    gates[0]?.();
    expect(await first).toBe(10);
    await eventually(() => gates.length === 2);
    gates[1]?.();
    expect(await Promise.all(later)).toEqual([20, 30, 40]);
    expect(groups).toEqual([[1], [2, 3, 4]]);
  });

  test('makes no group larger than told', async () => {
    const sizes: number[] = [];
    const submit = groupCommit(
      async (requests: readonly number[]) => {
        sizes.push(requests.length);
        return requests;
      },
      { largestGroup: 4 },
    );
    await Promise.all(Array.from({ length: 10 }, (_, index) => submit(index)));
    expect(sizes).toEqual([1, 4, 4, 1]);
  });

  test('lets one bad request fail alone', async () => {
    const submit = groupCommit(async (requests: readonly number[]) => {
      if (requests.includes(3)) throw new Error('three is bad');
      return requests;
    });
    const outcomes = await Promise.allSettled([1, 2, 3, 4].map((request) => submit(request)));
    expect(outcomes.map((outcome) => outcome.status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
  });

  test('goes on after a failure', async () => {
    let broken = true;
    const submit = groupCommit(async (requests: readonly number[]) => {
      if (broken) throw new Error('the database is away');
      return requests;
    });
    await expect(submit(1)).rejects.toThrow('the database is away');
    broken = false;
    expect(await submit(2)).toBe(2);
  });
});
