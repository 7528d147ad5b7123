import { toUserErrors, type Outcome } from '#kit/user-error/user-error.ts';
import type { Locale } from '#kit/viewer/viewer.ts';
import { messages } from '../messages.ts';
import type { Order } from './domain/order.ts';

/** The payload of a mutation that answers an order: the order, or why not. */
export function orderPayloadOf(outcome: Outcome<Order>, locale: Locale) {
  return outcome.ok
    ? { order: outcome.value, userErrors: [] }
    : { order: null, userErrors: toUserErrors(outcome.refusals, locale, messages) };
}
