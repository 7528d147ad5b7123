import { accepted, toUserErrors, type Outcome } from '#kit/user-error/user-error.ts';
import type { Locale } from '#kit/viewer/viewer.ts';
import type { Context } from '../context.ts';
import { messages } from '../messages.ts';
import type { Placed } from './actions/place-once.ts';
import type { Order } from './domain/order.ts';

/** The payload of a mutation that answers an order: the order, or why not. */
export function orderPayloadOf(outcome: Outcome<Order>, locale: Locale) {
  return outcome.ok
    ? { order: outcome.value, userErrors: [] }
    : { order: null, userErrors: toUserErrors(outcome.refusals, locale, messages) };
}

/** The payload of a mutation that places an order. Nobody can have begun to pay one that is new, so its payments aren't looked for. */
export function placedPayloadOf(outcome: Outcome<Placed>, { viewer, loaders }: Pick<Context, 'viewer' | 'loaders'>) {
  if (!outcome.ok) return orderPayloadOf(outcome, viewer.locale);
  const { order, isNew } = outcome.value;
  if (isNew && order.status === 'PENDING_PAYMENT') loaders.paymentsByOrder.prime(order._id, []);
  return orderPayloadOf(accepted(order), viewer.locale);
}
