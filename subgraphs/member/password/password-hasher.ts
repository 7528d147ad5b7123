import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { busy } from '#kit/graphql/errors.ts';

/** Turns passwords into what may be stored, and compares. */
export interface PasswordHasher {
  /** The hash of a password with a salt of its own: `scrypt$<log2 N>$<r>$<p>$<salt>$<hash>`. */
  hash(password: string): Promise<string>;
  /** Whether the password belongs to the hash. `null` stands for an unknown account: as slow as a real one, always false. */
  matches(password: string, hash: string | null): Promise<boolean>;
}

/** scrypt's cost: N = 2^15, r = 8, p = 1 takes 32 MB and some 80 ms. Tests use less. */
export interface HashCost {
  readonly log2N: number;
  readonly r: number;
  readonly p: number;
}

const defaultCost: HashCost = { log2N: 15, r: 8, p: 1 };
const saltBytes = 16;
const hashBytes = 32;
/** Each takes one of Node's four worker threads, which files and DNS need too. */
const mostAtOnce = 3;
/** Longer queues only make everybody wait in vain: 150 take some 4 s. */
const longestQueue = 150;

/** Passwords are hashed by scrypt off the main thread, a few at once. @throws BUSY when too many wait. */
export function createPasswordHasher(cost: HashCost = defaultCost): PasswordHasher {
  const inTurn = createQueue();
  const nobodysSalt = randomBytes(saltBytes);

  const derive = (password: string, salt: Buffer, { log2N, r, p }: HashCost): Promise<Buffer> =>
    inTurn(
      () =>
        new Promise((resolve, reject) => {
          const options = { N: 2 ** log2N, r, p, maxmem: 2 ** log2N * r * 128 * 2 };
          scrypt(password, salt, hashBytes, options, (error, key) => (error ? reject(error) : resolve(key)));
        }),
    );

  return {
    async hash(password) {
      const salt = randomBytes(saltBytes);
      const key = await derive(password, salt, cost);
      return ['scrypt', cost.log2N, cost.r, cost.p, salt.toString('base64'), key.toString('base64')].join('$');
    },
    async matches(password, hash) {
      if (hash === null) {
        await derive(password, nobodysSalt, cost);
        return false;
      }
      const [, log2N, r, p, salt = '', expected = ''] = hash.split('$');
      const stored = { log2N: Number(log2N), r: Number(r), p: Number(p) };
      const key = await derive(password, Buffer.from(salt, 'base64'), stored);
      const wanted = Buffer.from(expected, 'base64');
      return key.length === wanted.length && timingSafeEqual(key, wanted);
    },
  };
}

function createQueue() {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (running >= mostAtOnce) {
      if (waiting.length >= longestQueue) throw busy(2_000);
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else {
      running += 1;
    }
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}
