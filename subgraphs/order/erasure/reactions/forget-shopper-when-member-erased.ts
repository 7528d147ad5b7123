import type { Clock } from '#kit/clock/clock.ts';
import { reaction, type Reaction } from '#kit/inbox/inbox.ts';
import { forgetShopper, type ForgetParts } from '../actions/forget-shopper.ts';

/** A member was erased: their orders stay and don't say any more whom they were for. */
export function forgetShopperWhenMemberErased({ clock, ...parts }: ForgetParts & { readonly clock: Clock }): Reaction {
  return reaction({
    name: 'forget-shopper-when-member-erased',
    on: 'member.erased',
    react: ({ payload }, session) => forgetShopper(parts, payload.memberId, clock.now(), session),
  });
}
