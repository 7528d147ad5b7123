import { describe, expect, test } from '@jest/globals';
import mongoose from 'mongoose';
import { TransactionContendedError } from '#kit/mongo/transaction.ts';
import { eventually } from '#kit/testing/eventually.ts';
import { createGroupCommit, type GroupCommitLimits, type GroupCommitSpec, type ObservedGroup } from './group-commit.ts';

type Spec = GroupCommitSpec<number, number>;

const nobodyDone = async (requests: readonly number[]) => requests.map(() => undefined);
const timesTen = (requests: readonly number[]) => requests.map((request) => request * 10);
const unknownResult = () => {
  const error = new mongoose.mongo.MongoNetworkError('the connection closed');
  error.addErrorLabel('UnknownTransactionCommitResult');
  return error;
};
const busyError = expect.objectContaining({ extensions: { code: 'BUSY', retryAfterMs: expect.any(Number) } });

/** All contend for one key unless told otherwise. */
const groupCommit = (commit: Spec['commit'], more: Partial<Spec> = {}, limits: GroupCommitLimits = {}) =>
  createGroupCommit<number, number>({ keysOf: () => ['hot'], alreadyDone: nobodyDone, commit, ...more }, limits);

/** A commit that waits to be let go, and remembers its groups. */
function gatedCommit() {
  const groups: number[][] = [];
  const gates: (() => void)[] = [];
  const commit = async (requests: readonly number[]) => {
    groups.push([...requests]);
    await new Promise<void>((resolve) => gates.push(resolve));
    return timesTen(requests);
  };
  const letGo = async (nth: number) => {
    await eventually(() => gates.length > nth);
    gates[nth]?.();
  };
  return { groups, commit, letGo };
}

describe('a group commit', () => {
  test('writes what arrives meanwhile as one group, in order, and answers each', async () => {
    const { groups, commit, letGo } = gatedCommit();
    const submit = groupCommit(commit);
    const early = [1, 2].map((request) => submit(request));
    await eventually(() => groups.length === 1);
    const late = [3, 4, 5].map((request) => submit(request));
    await letGo(0);
    await letGo(1);
    expect(await Promise.all([...early, ...late])).toEqual([10, 20, 30, 40, 50]);
    expect(groups).toEqual([
      [1, 2],
      [3, 4, 5],
    ]);
  });

  test('makes no group larger than told', async () => {
    const sizes: number[] = [];
    const observe = ({ size }: ObservedGroup) => void sizes.push(size);
    const submit = groupCommit(async (requests) => timesTen(requests), { observe }, { largestGroup: 4 });
    await Promise.all(Array.from({ length: 10 }, (_, index) => submit(index)));
    await eventually(() => sizes.length === 3);
    expect(sizes).toEqual([4, 4, 2]);
  });

  test('lets others go beside a group that is slow, as many groups as told, unless they contend with it', async () => {
    const { groups, commit, letGo } = gatedCommit();
    const submit = groupCommit(commit, { keysOf: (request) => [String(request % 10)] }, { atOnce: 2 });
    const slow = submit(1);
    await eventually(() => groups.length === 1);
    // 11 contends with 1, which stays under way; 2 and 3 go together as soon as 1 is slow.
    const others = [2, 11, 3].map((request) => submit(request));
    await eventually(() => groups.length === 2);
    expect(groups).toEqual([[1], [2, 3]]);
    const last = submit(4);
    await letGo(1);
    await eventually(() => groups.length === 3);
    expect(groups[2]).toEqual([4]);
    for (const nth of [0, 2, 3]) await letGo(nth);
    expect(await Promise.all([slow, ...others, last])).toEqual([10, 20, 110, 30, 40]);
  });

  test('goes on after a failure', async () => {
    let broken = true;
    const submit = groupCommit(async (requests) => {
      if (broken) throw new Error('out of order');
      return timesTen(requests);
    });
    await expect(submit(1)).rejects.toThrow('out of order');
    broken = false;
    expect(await submit(2)).toBe(20);
  });

  test('answers an error, not silence, when the commit forgets somebody', async () => {
    await expect(groupCommit(async () => [])(1)).rejects.toThrow('0 answers to 1 requests');
  });
});

describe('a request that can’t be written', () => {
  test('fails alone, found by halving and not by trying one after the other', async () => {
    let commits = 0;
    const submit = groupCommit(async (requests) => {
      commits += 1;
      if (requests.includes(77)) throw new Error('77 is bad');
      return timesTen(requests);
    });
    const outcomes = await Promise.allSettled(Array.from({ length: 256 }, (_, index) => submit(index)));
    expect(outcomes.flatMap(({ status }, index) => (status === 'rejected' ? [index] : []))).toEqual([77]);
    // One group of 256 that fails, then two halves on each of eight levels.
    expect(commits).toBe(17);
  });

  test('is told to come again alone when others elsewhere hold what it wants', async () => {
    const groups: number[][] = [];
    const submit = groupCommit(
      async (requests) => {
        groups.push([...requests]);
        if (requests.includes(3)) throw new TransactionContendedError(2);
        return timesTen(requests);
      },
      { keysOf: (request) => [String(request)] },
    );
    const outcomes = await Promise.allSettled([1, 2, 3, 4].map((request) => submit(request)));
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect(outcomes[2]).toMatchObject({ reason: busyError });
    expect(groups.slice(0, 3)).toEqual([
      [1, 2, 3, 4],
      [1, 2],
      [3, 4],
    ]);
  });

  test('fails alone also when it clashes with a row of somebody else for ever', async () => {
    const clash = new mongoose.mongo.MongoServerError({ message: 'E11000 duplicate key', code: 11_000 });
    const submit = groupCommit(async (requests) => {
      if (requests.includes(2)) throw clash;
      return timesTen(requests);
    });
    const outcomes = await Promise.allSettled([1, 2, 3, 4].map((request) => submit(request)));
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
  });
});

describe('a lost answer of the database', () => {
  test('is found by reading back: who is done is answered, the others are tried again', async () => {
    const groups: number[][] = [];
    const submit = groupCommit(
      async (requests) => {
        groups.push([...requests]);
        if (groups.length === 1) throw unknownResult();
        return timesTen(requests);
      },
      { alreadyDone: async (requests) => requests.map((request) => (request === 3 ? undefined : request * 100)) },
    );
    expect(await Promise.all([2, 3, 4].map((request) => submit(request)))).toEqual([200, 30, 400]);
    expect(groups).toEqual([[2, 3, 4], [3]]);
  });

  test('is looked for after a bulk write too, of which the driver says that the server refused it', async () => {
    let commits = 0;
    const cutOff = new mongoose.mongo.MongoBulkWriteError(
      new mongoose.mongo.MongoNetworkError('the connection closed'),
      {} as mongoose.mongo.BulkWriteResult,
    );
    const submit = groupCommit(
      async () => {
        commits += 1;
        throw cutOff;
      },
      { alreadyDone: async (requests) => timesTen(requests) },
    );
    expect(await submit(7)).toBe(70);
    expect(commits).toBe(1);
  });

  test('stays unknown when nothing can be read back either: the error comes out, nobody is told no', async () => {
    let commits = 0;
    const submit = groupCommit(
      async () => {
        commits += 1;
        throw unknownResult();
      },
      { alreadyDone: () => Promise.reject(new Error('away')) },
    );
    const outcomes = await Promise.allSettled([1, 2, 3].map((request) => submit(request)));
    for (const outcome of outcomes) expect(outcome).toMatchObject({ reason: { name: 'AggregateError' } });
    expect(commits).toBe(1);
  });

  test('of a database that stays away is not asked for each request alone', async () => {
    let commits = 0;
    const submit = groupCommit(async () => {
      commits += 1;
      throw unknownResult();
    });
    const outcomes = await Promise.allSettled(Array.from({ length: 101 }, (_, index) => submit(index)));
    expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true);
    expect(commits).toBe(5);
  });
});

describe('under pressure', () => {
  test('refuses with BUSY and a retry time when too many wait for one key, and for other keys goes on', async () => {
    const { groups, commit, letGo } = gatedCommit();
    const submit = groupCommit(commit, { keysOf: (request) => [request < 100 ? 'hot' : 'cold'] }, { longestQueue: 2 });
    const first = submit(1);
    await eventually(() => groups.length === 1);
    const waiting = [2, 3].map((request) => submit(request));
    await expect(submit(4)).rejects.toEqual(busyError);
    const cold = submit(100);
    await eventually(() => groups.length === 2);
    for (const nth of [0, 1, 2]) await letGo(nth);
    expect(await Promise.all([first, ...waiting, cold])).toEqual([10, 20, 30, 1000]);
  });

  test('refuses with BUSY when too many wait altogether', async () => {
    const { groups, commit, letGo } = gatedCommit();
    const limits = { atOnce: 1, mostWaiting: 2 };
    const submit = groupCommit(commit, { keysOf: (request) => [String(request)] }, limits);
    const first = submit(1);
    await eventually(() => groups.length === 1);
    const waiting = [2, 3].map((request) => submit(request));
    await expect(submit(4)).rejects.toEqual(busyError);
    for (const nth of [0, 1]) await letGo(nth);
    expect(await Promise.all([first, ...waiting])).toEqual([10, 20, 30]);
  });

  test('refuses with BUSY who has waited too long behind a commit that hangs, and never begins it', async () => {
    const { groups, commit, letGo } = gatedCommit();
    const submit = groupCommit(commit, {}, { longestWaitMs: 20 });
    const first = submit(1);
    await eventually(() => groups.length === 1);
    await expect(submit(2)).rejects.toEqual(busyError);
    await expect(submit(3)).rejects.toEqual(busyError);
    await letGo(0);
    expect(await first).toBe(10);
    expect(groups).toEqual([[1]]);
  });

  test('leaves out who has gone meanwhile', async () => {
    const { groups, commit, letGo } = gatedCommit();
    const submit = groupCommit(commit);
    const caller = new AbortController();
    const first = submit(1);
    await eventually(() => groups.length === 1);
    const answers = Promise.allSettled([first, submit(2, caller.signal), submit(3)]);
    caller.abort(new Error('gone'));
    await expect(submit(4, caller.signal)).rejects.toThrow('gone');
    for (const nth of [0, 1]) await letGo(nth);
    expect(await answers).toMatchObject([{ value: 10 }, { reason: { message: 'gone' } }, { value: 30 }]);
    expect(groups).toEqual([[1], [3]]);
  });

  test('tries again when others elsewhere were faster, and answers BUSY when they always are', async () => {
    let conflicts = 2;
    const submit = groupCommit(async (requests) => {
      conflicts -= 1;
      if (conflicts >= 0) throw new TransactionContendedError(3);
      return timesTen(requests);
    });
    expect(await submit(1)).toBe(10);
    conflicts = Number.POSITIVE_INFINITY;
    await expect(submit(2)).rejects.toEqual(busyError);
  });
});
