import type { Once, OnceCall } from '#kit/idempotency/once.ts';
import { newId } from '#kit/ids/ids.ts';
import { accepted, type Outcome } from '#kit/user-error/user-error.ts';

/** What staff want created, and the key that makes it happen once; null: every call is a wish of its own. */
export type Creation = Omit<OnceCall, 'key'> & { readonly key: string | null };

/** Creates things and finds what was created. */
export interface Creator<T> {
  /** Creates it under this id. */
  create(id: string): Promise<Outcome<T>>;
  /** As it is now. */
  byIds(ids: readonly string[]): Promise<ReadonlyMap<string, T>>;
}

/**
 * Creates something once for its key: whoever asks again is answered with it as it is now, or with the first refusal. A try that died after it had created it, or one that is
 * still at work elsewhere, is found by the id that all tries of a key share, before creating it and again where that is refused: a name that is taken may be taken by itself.
 */
export async function createdOnce<T>(
  once: Once,
  { key, ...asked }: Creation,
  { create, byIds }: Creator<T>,
): Promise<Outcome<T>> {
  const find = async (id: string) => (await byIds([id])).get(id);
  if (key === null) return create(newId(asked.subject));
  const done = await once({ ...asked, key }, async (id, isFirst): Promise<Outcome<string>> => {
    if (isFirst !== true && (await find(id)) !== undefined) return accepted(id);
    const created = await create(id);
    return created.ok || (await find(id)) !== undefined ? accepted(id) : created;
  });
  if (!done.ok) return done;
  const created = await find(done.value);
  if (created === undefined) throw new Error(`${done.value} is gone`);
  return accepted(created);
}
