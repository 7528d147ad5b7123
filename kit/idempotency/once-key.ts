import { createHash } from 'node:crypto';
import { badInput } from '#kit/graphql/errors.ts';
import { stableJson } from './stable-json.ts';

const longestKey = 200;

/** A caller's wish with the key that the caller chose for it. */
export interface KeyedWish {
  readonly caller: string;
  readonly operation: string;
  /** 1 to 200 characters. */
  readonly key: string;
  readonly input: unknown;
}

/** What a wish is known by: `id` is the same for every try of the key, `inputHash` only while its input is the same. @throws BAD_USER_INPUT for a key that is empty or too long. */
export function onceKeyOf({ caller, operation, key, input }: KeyedWish): { id: string; inputHash: string } {
  const length = [...key].length;
  if (length < 1 || length > longestKey) {
    throw badInput(`An idempotency key has 1 to ${longestKey} characters, this one has ${length}.`);
  }
  return { id: sha256(JSON.stringify([caller, operation, key])), inputHash: sha256(stableJson(input)) };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
