import { busy } from '#kit/graphql/errors.ts';
import { RequestRefused } from '../server/caller.ts';
import { Line, type Caller, type Waiting } from './line.ts';
import { createPlaces, type PlaceLimits } from './places.ts';

/** How many requests are answered at the same time. */
export interface DoorLimits extends PlaceLimits {
  /** Of one caller, so that one who sends all at once keeps nobody out. */
  readonly ofOne: number;
  /** Places that every caller may have, however few others have: a page asks for several things at once. */
  readonly fewForOne: number;
  /** The same for an address, behind which there may be a whole site's readers. */
  readonly fewForCrowd: number;
  /** How many may wait for a place, however slowly answers come. */
  readonly shortestLine: number;
  /** How long a request waits for a place before it is turned away, milliseconds. */
  readonly waitMs: number;
  /** How long it waits while there are places, most find one and its caller has a share of them already, milliseconds. */
  readonly waitForShareMs: number;
}

/** What was measured on two processors: below 300 ms more at once are answered faster together, beyond a second they only wait for each other. */
export const usualDoor: DoorLimits = {
  first: 128,
  least: 64,
  most: 256,
  quickMs: 300,
  slowMs: 1_000,
  lateMs: 20,
  ofOne: 128,
  fewForOne: 4,
  fewForCrowd: 32,
  shortestLine: 16,
  waitMs: 15,
  waitForShareMs: 1_000,
};

/** When a caller who was turned away may come again, milliseconds. */
const comeAgainMs = 1000;

/** Lets in as many requests as can be answered in time, and turns the others away soon. */
export interface Door {
  /**
   * Counts a request until the function it gives is called; waits a moment when all places are taken, or when its caller has a fair share of them. `isCrowd` says that there may be many
   * behind one caller. Throws RequestRefused: 429 for a caller who asks for more than a fair share, or than one may have, 503 for anybody else whom there is no place for.
   */
  enter(caller: string, isCrowd?: boolean): (() => void) | Promise<() => void>;
  /**
   * Tells beforehand that a request is coming: counts it as on its way until the function it gives is called, which is when it enters or doesn't want to any more. Gives what to tell its caller instead when
   * there would be neither a place nor room in the line for it, and nobody whom the line would rather lose; it counts as turned away then.
   */
  expect(caller: string, isCrowd: boolean): (() => void) | RequestRefused;
}

/**
 * A door whose number of places follows how fast answers are. Nobody gets more than twice what callers have on average, or a few; a place is given to the one in line who has the
 * fewest, and a line that is full loses the one whose caller asks for the most: nobody gets in sooner by knocking more often.
 */
export function createDoor(limits: DoorLimits, now: () => number = () => performance.now()): Door {
  const { ofOne, fewForOne, fewForCrowd, shortestLine, waitMs, waitForShareMs } = limits;
  const places = createPlaces(limits);
  const line = new Line();
  const callers = new Map<string, Caller>();
  /** Requests on their way, by caller. */
  const coming = new Map<string, number>();
  /** Of them, those who will want a place. Who asks for more than a share doesn't get it, and keeps nobody else from coming. */
  let expected = 0;

  const shareOf = ({ isCrowd }: Pick<Caller, 'isCrowd'>) =>
    Math.max(isCrowd ? fewForCrowd : fewForOne, (2 * places.taken()) / Math.max(1, callers.size));
  const hasShare = (caller: Caller) => caller.inside >= shareOf(caller);

  function arrive(key: string, isCrowd: boolean): Caller {
    const caller = callers.get(key) ?? { key, isCrowd, asked: 0, inside: 0 };
    if (caller.asked >= ofOne) throw tooMany;
    caller.asked += 1;
    callers.set(key, caller);
    return caller;
  }

  function forget(caller: Caller): void {
    caller.asked -= 1;
    if (caller.asked === 0) callers.delete(caller.key);
  }

  function letIn(caller: Caller): () => void {
    const leave = places.take(now());
    caller.inside += 1;
    return () => {
      leave(now());
      caller.inside -= 1;
      forget(caller);
      letInFromLine();
    };
  }

  /** While all places are taken: as many as will find one in the time that they wait, whoever else came would only hear later that there is none. As long as most are answered, as many as there could be more places. */
  function longestLine(): number {
    const inTime = Math.min(limits.most, Math.max(shortestLine, places.answersWithin(waitMs, now())));
    return places.turnsMostAway() ? inTime : Math.max(inTime, limits.most - places.room());
  }

  /** Whether the free places and the line are all meant for somebody. */
  function isFull(): boolean {
    return line.length + expected >= Math.max(0, places.room() - places.taken()) + longestLine();
  }

  function letInFromLine(): void {
    while (places.isFree()) {
      const next = line.mostModest(hasShare);
      if (next === null) return;
      line.remove(next);
      next.enter(letIn(next.caller));
    }
  }

  /** For somebody who is counted already. */
  function refusalOf(caller: Pick<Caller, 'asked' | 'isCrowd'>): RequestRefused {
    return caller.asked > shareOf(caller) ? tooMany : noPlace;
  }

  function waitInLine(caller: Caller): Promise<() => void> {
    const since = now();
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        caller,
        enter(leave) {
          clearTimeout(timer);
          resolve(leave);
        },
        refuse(refusal) {
          clearTimeout(timer);
          line.remove(waiting);
          forget(caller);
          reject(refusal);
        },
      };
      // Who waits for nobody but themselves, while there are places, is in nobody's way; but when most are turned away, everybody is to hear of it soon.
      const look = () => {
        if (places.isFree() && !places.turnsMostAway() && now() - since < waitForShareMs) {
          timer = setTimeout(look, waitMs);
          return;
        }
        if (!places.isFree()) places.turnedAway(now() - since - waitMs, now());
        waiting.refuse(refusalOf(caller));
      };
      let timer = setTimeout(look, waitMs);
      line.put(waiting);
    });
  }

  return {
    enter(key, isCrowd = false) {
      const caller = arrive(key, isCrowd);
      // Who is in line and could get in has been let in: those who are left have their share.
      if (places.isFree() && !hasShare(caller)) return letIn(caller);
      places.look(now());
      const arrival = waitInLine(caller);
      if (line.length > (places.isFree() ? limits.most : longestLine())) {
        const greediest = line.greediest();
        places.turnedAway(0, now());
        greediest?.refuse(refusalOf(greediest.caller));
      }
      return arrival;
    },

    expect(key, isCrowd) {
      const before = coming.get(key) ?? 0;
      const asked = (callers.get(key)?.asked ?? 0) + before + 1;
      if (isFull() && (line.greediest()?.caller.asked ?? 0) <= asked) {
        places.look(now());
        places.turnedAway(0, now());
        return refusalOf({ asked, isCrowd });
      }
      const wanted = asked > shareOf({ isCrowd }) ? 0 : 1;
      coming.set(key, before + 1);
      expected += wanted;
      return () => {
        const others = (coming.get(key) ?? 1) - 1;
        if (others === 0) coming.delete(key);
        else coming.set(key, others);
        expected -= wanted;
      };
    },
  };
}

// Made once: thousands are told in a second, and where they were made says nothing.
const tooMany = new RequestRefused(429, busy(comeAgainMs));
const noPlace = new RequestRefused(503, busy(comeAgainMs));
