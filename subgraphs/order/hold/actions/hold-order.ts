import type { Clock } from '#kit/clock/clock.ts';
import { callerOf } from '#kit/idempotency/once.ts';
import type { Session, Transact } from '#kit/mongo/transaction.ts';
import { accepted, invalidInput, invalidState, notFound, refused, type Outcome } from '#kit/user-error/user-error.ts';
import type { Viewer } from '#kit/viewer/viewer.ts';
import { heldFact } from '../../order/domain/order-facts.ts';
import type { Order } from '../../order/domain/order.ts';
import type { OrderPrivacy } from '../../personal-data/order-privacy.ts';
import type { Orders } from '../../order/store/orders.ts';
import type { Holds } from '../store/holds.ts';

interface HoldParts {
  readonly holds: Holds;
  readonly orders: Orders;
  readonly privacy: Pick<OrderPrivacy, 'sealWords'>;
  readonly transact: Transact;
  readonly clock: Clock;
}

const longestReason = 200;

export type HoldOrder = ReturnType<typeof createHoldOrder>;

/** Staff put orders on hold and let them go; the warehouses are told with the same write. */
export function createHoldOrder({ holds, orders, privacy, transact, clock }: HoldParts) {
  /** Makes the change with its timeline entry and its event, or says what state forbids it. */
  async function change(
    orderId: string,
    note: 'ON_HOLD' | 'HOLD_RELEASED',
    write: (session: Session, at: Date) => Promise<boolean>,
  ): Promise<Outcome<Order>> {
    const at = clock.now();
    const changed = await transact(async (session) => {
      if (!(await write(session, at))) return false;
      await orders.note(session, orderId, { at, actor: 'staff', note });
      await orders.tellFact(session, orderId, at, heldFact);
      return true;
    });
    const order = await holds.byId(orderId);
    if (order === null) return refused(notFound(['orderId'], 'order'));
    if (changed) return accepted(order);
    return refused(invalidState(['orderId'], { state: order.hold == null ? order.status : 'ON_HOLD' }));
  }

  return {
    async put(input: { readonly orderId: string; readonly reason: string }, viewer: Viewer): Promise<Outcome<Order>> {
      const reason = input.reason.trim();
      if (reason === '' || reason.length > longestReason) {
        return refused(
          invalidInput(['reason'], {
            en: `Give a reason of 1 to ${longestReason} characters.`,
            zh: `请填写 1 到 ${longestReason} 个字符的原因。`,
          }),
        );
      }
      const { orderId } = input;
      const order = await holds.byId(orderId);
      if (order === null) return refused(notFound(['orderId'], 'order'));
      const sealed = await privacy.sealWords(order, 'orders.hold', orderId, reason);
      return change(orderId, 'ON_HOLD', (session, at) =>
        holds.put(session, orderId, { reason: sealed, by: callerOf(viewer), at }),
      );
    },

    async release(orderId: string): Promise<Outcome<Order>> {
      return change(orderId, 'HOLD_RELEASED', (session) => holds.release(session, orderId));
    },
  };
}
