import { reaction } from '#kit/inbox/inbox.ts';
import type { CartKeeper } from '../actions/keep-cart.ts';

/** What a person put into a cart before signing in joins their own; a cart that is somebody's already is left alone. */
export function joinGuestCartWhenMemberSignedIn({ keeper }: { readonly keeper: CartKeeper }) {
  return reaction({
    name: 'join-guest-cart-when-member-signed-in',
    on: 'member.signed-in',
    async react({ payload: { memberId, guestCartId } }, session) {
      if (guestCartId !== null) await keeper.join(session, memberId, guestCartId);
    },
  });
}
