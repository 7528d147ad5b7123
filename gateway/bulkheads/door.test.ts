import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { RequestRefused } from '../server/caller.ts';
import { createDoor, usualDoor, type DoorLimits } from './door.ts';

/** A door, the time, and what became of those who came. */
function aDoor(limits: Partial<DoorLimits> = {}) {
  let nowMs = 0;
  const door = createDoor(
    { ...usualDoor, fewForOne: 1, waitForShareMs: 0, shortestLine: 20, ...limits, waitMs: 10 },
    () => nowMs,
  );
  const outcomes: string[] = [];
  /** Comes, and gives how to leave once inside; null when turned away. */
  async function come(caller: string, isCrowd = false): Promise<(() => void) | null> {
    try {
      const leave = await door.enter(caller, isCrowd);
      outcomes.push(`${caller} in`);
      return leave;
    } catch (error) {
      outcomes.push(`${caller} ${error instanceof RequestRefused ? error.status : String(error)}`);
      return null;
    }
  }
  return {
    outcomes,
    come,
    /** What a caller is told who is coming: a status, or nothing for one who is expected from now on. */
    announce(caller: string): number | null {
      const arrives = door.expect(caller, false);
      return arrives instanceof RequestRefused ? arrives.status : null;
    },
    pass: (ms: number) => (nowMs += ms),
    /** Ten take all places, three find none and hear of it so many milliseconds after they came; then the ten leave. */
    async turnThreeAway(afterMs: number): Promise<void> {
      const inside = await Promise.all(Array.from({ length: 10 }, (_, index) => come(`a${index}`)));
      const waiting = Promise.all(['b', 'c', 'd'].map((caller) => come(caller)));
      nowMs += afterMs;
      await waiting;
      for (const leave of inside) leave?.();
    },
    /** How many get in who come at the same moment, none of whom leaves before all are answered. */
    async roomFor(many: number): Promise<number> {
      const all = await Promise.all(Array.from({ length: many }, (_, index) => come(`guest ${index}`)));
      const inside = all.flatMap((leave) => leave ?? []);
      for (const leave of inside) leave();
      return inside.length;
    },
  };
}

describe('the door', () => {
  test('lets one caller have so many places, and others still find theirs', async () => {
    const { come, outcomes } = aDoor({ first: 5, ofOne: 3, fewForOne: 3 });
    const [leave] = await Promise.all(Array.from({ length: 3 }, () => come('greedy')));
    await come('greedy');
    await come('a');
    await come('b');
    await come('c');
    leave?.();
    await come('greedy');
    expect(outcomes.slice(3)).toEqual(['greedy 429', 'a in', 'b in', 'c 503', 'greedy in']);
  });

  test('tells who is turned away when to come again', async () => {
    const door = createDoor({ ...usualDoor, first: 0, least: 0, waitMs: 1 });
    await expect(door.enter('a')).rejects.toMatchObject({
      status: 503,
      errors: [{ extensions: { code: 'BUSY', retryAfterMs: 1000 } }],
    });
  });

  test('gives a place that becomes free to who has the fewest, although others came first', async () => {
    const { come, outcomes } = aDoor({ first: 3, most: 3 });
    const [leave] = await Promise.all(['greedy', 'greedy', 'greedy'].map((caller) => come(caller)));
    const waiting = ['greedy', 'greedy', 'modest'].map((caller) => come(caller));
    leave?.();
    await Promise.all(waiting);
    expect(outcomes.slice(3)).toEqual(['modest in', 'greedy 429', 'greedy 503']);
  });

  test('gives nobody more than twice what callers have on average, although there are free places', async () => {
    const { come, outcomes } = aDoor({ first: 8, most: 8 });
    await Promise.all(['a', 'b', 'c', 'greedy', 'greedy', 'greedy', 'greedy', 'greedy'].map((caller) => come(caller)));
    await Promise.all(['d', 'e'].map((caller) => come(caller)));
    // Four callers have six places, which makes three for one at most.
    expect(outcomes.slice(3)).toEqual([
      ...['greedy in', 'greedy in', 'greedy in', 'greedy 429', 'greedy 429', 'd in', 'e in'],
    ]);
  });

  test('lets who has a share wait for it longer, while there are places for others', async () => {
    const { come, outcomes } = aDoor({ first: 8, most: 8, waitForShareMs: 1_000 });
    await Promise.all(['a', 'b', 'c'].map((caller) => come(caller)));
    const [leave] = await Promise.all(['greedy', 'greedy', 'greedy'].map((caller) => come(caller)));
    const waiting = come('greedy');
    await pause(30);
    expect(outcomes).toHaveLength(6);
    leave?.();
    await waiting;
    expect(outcomes.slice(6)).toEqual(['greedy in']);
  });

  test('tells who has a share as soon as anybody else once most are turned away, although there are places', async () => {
    const { come, outcomes } = aDoor({ first: 8, most: 8, shortestLine: 1, fewForOne: 3, waitForShareMs: 60_000 });
    const callers = ['a', 'b', 'c', 'd', 'e', 'greedy', 'greedy', 'greedy'];
    const inside = await Promise.all(callers.map((caller) => come(caller)));
    await Promise.all(Array.from({ length: 12 }, (_, index) => come(`late${index}`)));
    inside[0]?.();
    outcomes.length = 0;
    await come('greedy');
    expect(outcomes).toEqual(['greedy 429']);
  });

  test('lets a page ask for several things at once, and an address for many, however few others ask for', async () => {
    const { come, outcomes } = aDoor({ first: 20, most: 20, fewForOne: 3, fewForCrowd: 6 });
    await Promise.all(['a', 'b', 'c', 'd', 'e', 'f'].map((caller) => come(caller)));
    await Promise.all(Array.from({ length: 4 }, () => come('page')));
    await Promise.all(Array.from({ length: 7 }, () => come('address', true)));
    expect(outcomes.slice(6)).toEqual([
      ...['page in', 'page in', 'page in', 'page 429'],
      ...['address in', 'address in', 'address in', 'address in', 'address in', 'address in', 'address 429'],
    ]);
  });

  test('turns away at once who asks for the most when the line is full, and not who comes last', async () => {
    const { come, outcomes } = aDoor({ first: 2, most: 2 });
    const inside = await Promise.all(['greedy', 'greedy'].map((caller) => come(caller)));
    const waiting = ['greedy', 'greedy', 'modest'].map((caller) => come(caller));
    await Promise.resolve();
    for (const leave of inside) leave?.();
    await Promise.all(waiting);
    expect(outcomes.slice(2)).toEqual(['greedy 429', 'modest in', 'greedy in']);
  });

  test('lets so many wait as will find a place in time, once most are turned away, and tells the others at once', async () => {
    const { come, pass, roomFor, outcomes } = aDoor({ first: 10, least: 2, most: 10, shortestLine: 1 });
    // A hundred and ten answers in half a second are two in the ten milliseconds that one may wait.
    for (let round = 0; round < 11; round += 1) {
      expect(await roomFor(10)).toBe(10);
      pass(round < 10 ? 1 : 0);
    }
    await Promise.all(Array.from({ length: 10 }, (_, index) => come(`a${index}`)));
    // Of a crowd of 130 ten wait, in vain.
    await Promise.all(Array.from({ length: 130 }, (_, index) => come(`crowd ${index}`)));
    outcomes.length = 0;
    const waiting = ['b', 'c', 'd'].map((caller) => come(caller));
    await Promise.race(waiting);
    expect(outcomes).toEqual(['d 503']);
    await Promise.all(waiting);
    expect(outcomes).toEqual(['d 503', 'b 503', 'c 503']);
    // Nobody has been answered for seconds: one may hope.
    pass(10_000);
    const hoping = ['e', 'f'].map((caller) => come(caller));
    await Promise.race(hoping);
    expect(outcomes.slice(3)).toEqual(['f 503']);
    await Promise.all(hoping);
  });

  test('tells at once who would find neither a place nor room in the line, with those who are on their way', async () => {
    const { come, announce } = aDoor({ first: 3, most: 3, shortestLine: 2 });
    const [leave] = await Promise.all(['a', 'b'].map((caller) => come(caller)));
    // One place, and two in the line.
    expect(['c', 'd', 'e', 'f'].map(announce)).toEqual([null, null, null, 503]);
    leave?.();
    expect(['f', 'g'].map(announce)).toEqual([null, 503]);
  });

  test('expects nobody any more who has come', async () => {
    const door = createDoor({ ...usualDoor, first: 1, most: 1, shortestLine: 1 });
    const arrives = ['a', 'b'].map((caller) => door.expect(caller, false));
    expect(door.expect('c', false)).toMatchObject({ status: 503 });
    for (const each of arrives) if (!(each instanceof RequestRefused)) each();
    expect(door.expect('c', false)).toBeInstanceOf(Function);
  });

  test('tells at once who asks for more than a fair share that it is too much, and lets others come for whom the line would lose somebody', async () => {
    const { come, announce } = aDoor({ first: 2, most: 2, shortestLine: 2 });
    const inside = await Promise.all(['greedy', 'modest'].map((caller) => come(caller)));
    const waiting = ['greedy', 'greedy'].map((caller) => come(caller));
    expect(['greedy', 'modest', 'new'].map(announce)).toEqual([429, null, null]);
    for (const leave of inside) leave?.();
    await Promise.all(waiting);
  });

  test('keeps nobody from coming because somebody else asks for more than a share', () => {
    const { announce } = aDoor({ first: 10, most: 10, shortestLine: 1, fewForOne: 4 });
    expect(Array.from({ length: 30 }, () => announce('greedy'))).toEqual(Array.from({ length: 30 }, () => null));
    expect(['a', 'b', 'c', 'd', 'e', 'f'].map(announce)).toEqual(Array.from({ length: 6 }, () => null));
  });

  test('lets no more wait than there could be more places, as long as most are answered', async () => {
    const { come, roomFor, outcomes } = aDoor({ first: 4, most: 10, shortestLine: 1, quickMs: -1 });
    await roomFor(4);
    await Promise.all(Array.from({ length: 4 }, (_, index) => come(`a${index}`)));
    outcomes.length = 0;
    const waiting = Array.from({ length: 7 }, (_, index) => come(`b${index}`));
    await Promise.race(waiting);
    expect(outcomes).toEqual(['b6 503']);
    await Promise.all(waiting);
  });

  test('gets more places while answers are quick, up to its most', async () => {
    const { roomFor } = aDoor({ first: 4, most: 10 });
    const rooms = [await roomFor(20), await roomFor(20), await roomFor(20), await roomFor(20), await roomFor(20)];
    expect(rooms).toEqual([4, 6, 9, 10, 10]);
  });

  test('gets fewer by a fifth when answers are slow, once for all that came in together, down to its least', async () => {
    const { come, pass, roomFor } = aDoor({ first: 10, least: 3, quickMs: 0 });
    const slowOnes = async () => {
      const leaves = await Promise.all(Array.from({ length: 10 }, (_, index) => come(`slow ${index}`)));
      pass(1_001);
      for (const leave of leaves) leave?.();
      pass(1);
    };
    await slowOnes();
    expect(await roomFor(20)).toBe(8);
    for (let more = 0; more < 6; more += 1) await slowOnes();
    expect(await roomFor(20)).toBe(3);
  });

  test('gets more slowly again after it had too many, as many quick answers as it has places for one more', async () => {
    const { come, pass, roomFor } = aDoor({ first: 16, least: 2, most: 20 });
    const inside = await Promise.all(Array.from({ length: 16 }, (_, index) => come(`slow ${index}`)));
    pass(1_001);
    for (const leave of inside) leave?.();
    pass(1);
    // Of twelve quick answers at a time those count that come while half of the places are taken, each for a twelfth of a place.
    const rooms = [await roomFor(20), await roomFor(20), await roomFor(20), await roomFor(20)];
    expect(rooms).toEqual([12, 13, 13, 14]);
  });

  test('gets fewer when those who are turned away hear of it late, once until that has come true', async () => {
    const { turnThreeAway, roomFor, outcomes } = aDoor({ first: 10, least: 2, quickMs: 0 });
    // Ten milliseconds in line are usual, and twenty late ones too.
    await turnThreeAway(31);
    expect(outcomes.slice(10)).toEqual(['b 503', 'c 503', 'd 503']);
    expect(await roomFor(20)).toBe(8);
  });

  test('gets half as many when they hear of it far too late', async () => {
    const { turnThreeAway, roomFor } = aDoor({ first: 10, least: 2, quickMs: 0 });
    await turnThreeAway(111);
    expect(await roomFor(20)).toBe(5);
  });

  test('gets no fewer when they hear late, but more are answered than turned away', async () => {
    const { turnThreeAway, roomFor } = aDoor({ first: 10, least: 2, most: 10, quickMs: 0 });
    expect(await roomFor(10)).toBe(10);
    await turnThreeAway(31);
    expect(await roomFor(20)).toBe(10);
  });

  test('gets no fewer when they hear of it in time', async () => {
    const { turnThreeAway, roomFor } = aDoor({ first: 10, least: 2, quickMs: 0 });
    await turnThreeAway(30);
    expect(await roomFor(20)).toBe(10);
  });

  test('gets fewer although nobody is answered at all', async () => {
    const { come, pass, roomFor } = aDoor({ first: 10, least: 2 });
    const inside = await Promise.all(Array.from({ length: 10 }, (_, index) => come(`stuck ${index}`)));
    pass(1_001);
    await come('late');
    inside[0]?.();
    inside[1]?.();
    // Eight places, and eight are inside.
    expect(await roomFor(3)).toBe(0);
  });

  test('learns nothing from what is slow while there is room', async () => {
    const { come, pass, roomFor } = aDoor({ first: 10, most: 10 });
    const leave = await come('somebody');
    pass(60_000);
    leave?.();
    expect(await roomFor(20)).toBe(10);
  });
});
