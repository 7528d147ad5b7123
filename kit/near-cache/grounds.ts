import { AsyncLocalStorage } from 'node:async_hooks';
import type { Known } from './known.ts';

/** A memory that can be asked whether what it once gave is what it would give now. */
export interface GroundSource {
  /** Whether it gives each of these values under its key again. @throws what reading throws, if it has to read. */
  stillGives(values: ReadonlyMap<string, unknown>): Known<boolean>;
}

/** What something in memory was made from: as long as it holds, making it again would give the same. */
export interface Grounds {
  /** Whether all of it would be read again as it was, at this moment on the clock of who reads, milliseconds. */
  hold(nowMs: number): Known<boolean>;
  /** How many values it consists of. */
  readonly size: number;
}

/** Hears of everything that is read. */
interface Collector extends Grounds {
  readonly isWhole: boolean;
  add(source: GroundSource, key: string, value: unknown): void;
  limit(fromMs: number, untilMs: number): void;
  spoil(): void;
}

const current = new AsyncLocalStorage<Collector>();
/** Nearly always nobody collects, and then a read costs nothing more. */
let underWay = 0;

const collector = (): Collector | undefined => (underWay === 0 ? undefined : current.getStore());

/** A value was read from a memory. */
export function noteGround(source: GroundSource, key: string, value: unknown): void {
  collector()?.add(source, key, value);
}

/** What is read holds from one moment on until another, which is not included; milliseconds. */
export function noteTime({ from, until }: { readonly from: number; readonly until: number }): void {
  collector()?.limit(from, until);
}

/** Something was read that can't be asked later whether it is still so: there are no grounds then. */
export function noteNoGround(): void {
  collector()?.spoil();
}

/**
 * Makes something and tells what it was made from; null when that isn't known whole. `make` is given what to call when it uses anything else than what notes itself here.
 */
export async function withGrounds<Value>(
  make: (spoil: () => void) => Promise<Value>,
): Promise<{ value: Value; grounds: Grounds | null }> {
  const collected = createCollector();
  underWay += 1;
  try {
    const value = await current.run(collected, () => make(collected.spoil));
    return { value, grounds: collected.isWhole ? collected : null };
  } finally {
    underWay -= 1;
  }
}

function createCollector(): Collector {
  const bySource = new Map<GroundSource, Map<string, unknown>>();
  let [from, until] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  let isWhole = true;
  let size = 0;
  return {
    get isWhole() {
      return isWhole;
    },
    get size() {
      return size;
    },
    add(source, key, value) {
      let values = bySource.get(source);
      if (values === undefined) bySource.set(source, (values = new Map()));
      if (!values.has(key)) {
        values.set(key, value);
        size += 1;
      } else if (values.get(key) !== value) {
        // It changed meanwhile: a part was made from the one and a part from the other.
        isWhole = false;
      }
    },
    limit(fromMs, untilMs) {
      [from, until] = [Math.max(from, fromMs), Math.min(until, untilMs)];
    },
    spoil() {
      isWhole = false;
    },
    hold(nowMs) {
      if (nowMs < from || nowMs >= until) return false;
      // All are asked together: those who read, read at the same time.
      const given = Array.from(bySource, ([source, values]) => source.stillGives(values));
      return given.some((one) => one instanceof Promise)
        ? Promise.all(given).then((all) => all.every(Boolean))
        : given.every(Boolean);
    },
  };
}
