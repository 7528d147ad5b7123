import type { Clock } from '#kit/clock/clock.ts';
import { callerOf, type Once } from '#kit/idempotency/once.ts';
import { accepted, invalidInput, invalidState, notFound, refused, type Outcome } from '#kit/user-error/user-error.ts';
import type { Viewer } from '#kit/viewer/viewer.ts';
import type { Member } from '../../caller.ts';
import { longestNote, type Order } from '../../order/domain/order.ts';
import type { Orders } from '../../order/store/orders.ts';
import type { OrderPrivacy } from '../../personal-data/order-privacy.ts';
import type { Notes } from '../store/notes.ts';

interface NoteParts {
  readonly notes: Notes;
  readonly orders: Pick<Orders, 'own'>;
  readonly privacy: Pick<OrderPrivacy, 'sealNote' | 'sealWish'>;
  readonly once: Once;
  readonly clock: Clock;
}

const longestStaffNote = 1_000;

export type NoteOnOrder = ReturnType<typeof createNoteOnOrder>;

/** Staff note something for each other; shoppers change what they asked for. */
export function createNoteOnOrder({ notes, orders, privacy, once, clock }: NoteParts) {
  const unknown = refused(notFound(['orderId'], 'order'));

  async function found(orderId: string): Promise<Outcome<Order>> {
    const order = await notes.byId(orderId);
    return order === null ? unknown : accepted(order);
  }

  return {
    async byStaff(
      input: { readonly orderId: string; readonly text: string; readonly idempotencyKey: string },
      viewer: Viewer,
    ): Promise<Outcome<Order>> {
      const { orderId, idempotencyKey: key } = input;
      const text = input.text.trim();
      if (text === '' || text.length > longestStaffNote) {
        return refused(
          invalidInput(['text'], {
            en: `A note has 1 to ${longestStaffNote} characters.`,
            zh: `备注须为 1 到 ${longestStaffNote} 个字符。`,
          }),
        );
      }
      const author = callerOf(viewer);
      const asked = {
        caller: author,
        operation: 'addOrderNote',
        key,
        input: { orderId, text },
        subject: 'request',
      } as const;
      const noted = await once(asked, async (id): Promise<Outcome<string>> => {
        const order = await notes.byId(orderId);
        if (order === null) return unknown;
        const note = await privacy.sealNote(order, { id, text, author, at: clock.now() });
        const added = await notes.add(orderId, note);
        return added ? accepted(id) : refused(invalidState(['orderId'], { state: 'NOTES_FULL' }));
      });
      return noted.ok ? found(orderId) : noted;
    },

    async byShopper(
      input: { readonly orderId: string; readonly note: string | null },
      { memberId }: Member,
    ): Promise<Outcome<Order>> {
      const note = input.note?.trim() || null;
      if (note !== null && note.length > longestNote) {
        return refused(
          invalidInput(['note'], {
            en: `A note has at most ${longestNote} characters.`,
            zh: `备注最多 ${longestNote} 个字符。`,
          }),
        );
      }
      const order = await orders.own(input.orderId, memberId);
      if (order === null) return unknown;
      const changed = await notes.changeWish(input.orderId, await privacy.sealWish(order, note));
      if (changed !== null) return accepted(changed);
      const now = await notes.byId(input.orderId);
      return refused(invalidState(['orderId'], { state: now?.status ?? order.status }));
    },
  };
}
