import type { Order } from '../../order/domain/order.ts';
import type { Comparison } from './order-accounts.ts';

const kept = ['subtotalMinor', 'discountMinor', 'freightMinor', 'totalMinor', 'pointsSpent'] as const;
type Amounts = Readonly<Record<(typeof kept)[number] | 'units', number>>;

function amountsOf(orders: readonly Order[]): Amounts {
  const sum = (of: (order: Order) => number) => orders.reduce((total, order) => total + of(order), 0);
  const amounts = Object.fromEntries(kept.map((name) => [name, sum((order) => order[name])]));
  const units = sum(({ lines }) => lines.reduce((total, { quantity }) => total + quantity, 0));
  return { ...amounts, units } as Amounts;
}

function text(amounts: Amounts, names: readonly (keyof Amounts)[]): string {
  return names.map((name) => `${name} ${amounts[name]}`).join(', ');
}

/** Whether the parts of a split order have together exactly what it had. */
export function splitAccounts(whole: Order, parts: readonly Order[]): Comparison {
  const names = [...kept, 'units'] as const;
  return {
    invariant: 'orders: the parts of a split order add up to it',
    subject: whole._id,
    expected: text(amountsOf([whole]), names),
    found: text(amountsOf(parts), names),
  };
}

/** Whether a merged order has what those had whose place it took, but for the freight that went back: `givenBackMinor`. */
export function mergeAccounts(made: Order, from: readonly Order[], givenBackMinor: number): Comparison {
  const [had, has] = [amountsOf(from), amountsOf([made])];
  const names = ['subtotalMinor', 'pointsSpent', 'units', 'totalMinor', 'freightMinor'] as const;
  const less = { totalMinor: had.totalMinor - givenBackMinor, freightMinor: had.freightMinor - givenBackMinor };
  return {
    invariant: 'orders: a merged order has what those had that it was made of',
    subject: made._id,
    expected: text({ ...had, ...less }, names),
    found: text(has, names),
  };
}
