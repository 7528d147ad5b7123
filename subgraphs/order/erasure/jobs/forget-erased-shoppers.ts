import type { Job } from '#kit/jobs/jobs.ts';
import type { Transact } from '#kit/mongo/transaction.ts';
import { forgetShopper, type ForgetParts } from '../actions/forget-shopper.ts';

const batch = 100;

/** Every minute: forgets members who were erased while an order was under way, once it is over. */
export function forgetErasedShoppers({ transact, ...parts }: ForgetParts & { readonly transact: Transact }): Job {
  return {
    name: 'forget-erased-shoppers',
    everyMs: 60_000,
    async run({ now, signal }) {
      for (const memberId of await parts.erasures.due(now, batch)) {
        signal.throwIfAborted();
        await transact((session) => forgetShopper(parts, memberId, now, session));
      }
    },
  };
}
