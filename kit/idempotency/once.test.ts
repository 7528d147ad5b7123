import { describe, expect, test } from '@jest/globals';
import { isId } from '#kit/ids/ids.ts';
import { accepted, refused } from '#kit/user-error/user-error.ts';
import { callerOf, createOnce } from './once.ts';
import type { Idempotency, OnceRequest } from './idempotency.ts';

const call = {
  caller: 'mbr_1',
  operation: 'payOrder',
  key: 'k',
  input: { orderId: 'ord_1' },
  subject: 'payment',
} as const;

/** A record in which every key is new, or used with another input. */
function record(conflict: boolean) {
  const asked: OnceRequest[] = [];
  const answering = { place: { _id: 'k', holder: 'me' }, committed: () => undefined };
  const idempotency: Pick<Idempotency, 'runOnce'> = {
    async runOnce(request, work) {
      asked.push(request);
      return conflict ? { conflict } : { replayed: false, result: await work(request.subjectId(), true, answering) };
    },
  };
  return { asked, once: createOnce(idempotency) };
}

describe('an action that happens once', () => {
  test('gets an id for what it makes, and its outcome is the answer', async () => {
    const { once, asked } = record(false);
    const paid = await once(call, async (paymentId) => accepted(paymentId));
    expect(paid.ok && isId('payment', paid.value)).toBe(true);
    const refusal = { type: 'TooLateError', code: 'TOO_LATE' };
    expect(await once(call, async () => refused(refusal))).toEqual({ ok: false, refusals: [refusal] });
    const { caller, operation, key, input } = call;
    expect(asked[0]).toMatchObject({ caller, operation, key, input });
  });

  test('is refused when its key was used for something else', async () => {
    expect(await record(true).once(call, async () => accepted(1))).toMatchObject({
      ok: false,
      refusals: [{ code: 'IDEMPOTENCY_CONFLICT' }],
    });
  });
});

test('a caller is known by its id, one without an id by its kind', () => {
  expect(callerOf({ kind: 'MEMBER', id: 'mbr_1' })).toBe('mbr_1');
  expect(callerOf({ kind: 'SYSTEM', id: null })).toBe('SYSTEM');
});
