/** Where a placed order can stand. */
export const orderStatuses = [
  'PENDING_PAYMENT',
  'PAID',
  'PARTIALLY_SHIPPED',
  'SHIPPED',
  'DELIVERED',
  'COMPLETED',
  'CANCELLED',
  'CLOSED',
  'SPLIT',
  'MERGED',
] as const;
export type OrderStatus = (typeof orderStatuses)[number];

/** `PLACING`: the saga is at work; `ABANDONED`: it was undone. Nobody but the saga ever sees an order in one of these. */
export type StoredStatus = OrderStatus | 'PLACING' | 'ABANDONED';

/** One allowed move. */
export interface Transition {
  readonly from: readonly StoredStatus[];
  readonly to: StoredStatus;
}

/** Every move an order can make. Each is written on the condition that the order is still in one of the states it leaves. */
export const transitions = {
  confirm: { from: ['PLACING'], to: 'PENDING_PAYMENT' },
  abandon: { from: ['PLACING'], to: 'ABANDONED' },
  pay: { from: ['PENDING_PAYMENT'], to: 'PAID' },
  // Of a presale: its order stays unpaid until the balance is there.
  payDeposit: { from: ['PENDING_PAYMENT'], to: 'PENDING_PAYMENT' },
  openBalance: { from: ['PENDING_PAYMENT'], to: 'PENDING_PAYMENT' },
  // Money that came after the time to pay, when everything could be held again.
  payLate: { from: ['CLOSED'], to: 'PAID' },
  cancelUnpaid: { from: ['PENDING_PAYMENT'], to: 'CANCELLED' },
  close: { from: ['PENDING_PAYMENT'], to: 'CLOSED' },
  cancelPaid: { from: ['PAID'], to: 'CANCELLED' },
  split: { from: ['PAID'], to: 'SPLIT' },
  merge: { from: ['PAID'], to: 'MERGED' },
  shipPart: { from: ['PAID', 'PARTIALLY_SHIPPED'], to: 'PARTIALLY_SHIPPED' },
  shipAll: { from: ['PAID', 'PARTIALLY_SHIPPED'], to: 'SHIPPED' },
  // Events of different parcels may overtake each other: the last delivery can be heard before the last dispatch.
  deliver: { from: ['PAID', 'PARTIALLY_SHIPPED', 'SHIPPED'], to: 'DELIVERED' },
  complete: { from: ['SHIPPED', 'DELIVERED'], to: 'COMPLETED' },
} as const satisfies Record<string, Transition>;

export type TransitionName = keyof typeof transitions;

/** Whether the move is allowed from where the order stands. */
export function mayMove(status: StoredStatus, name: TransitionName): boolean {
  const from: readonly StoredStatus[] = transitions[name].from;
  return from.includes(status);
}

/** The states in which an order's goods were paid for and it is not at an unhappy end. */
export const paidStatuses = ['PAID', 'PARTIALLY_SHIPPED', 'SHIPPED', 'DELIVERED', 'COMPLETED'] as const;

/** The states that nothing is expected to follow. */
export const endStatuses = ['COMPLETED', 'CANCELLED', 'CLOSED', 'SPLIT', 'MERGED', 'ABANDONED'] as const;

/** The states that nothing in `table` leads to from `start`, and the moves that start from one of those. Empty when the table is sound. */
export function unreachable(
  table: Readonly<Record<string, Transition>>,
  start: string,
  states: readonly string[],
): { states: string[]; transitions: string[] } {
  const reached = new Set<string>([start]);
  for (let before = 0; before !== reached.size;) {
    before = reached.size;
    for (const { from, to } of Object.values(table)) {
      if (from.some((status) => reached.has(status))) reached.add(to);
    }
  }
  return {
    states: states.filter((state) => !reached.has(state)),
    transitions: Object.entries(table)
      .filter(([, { from }]) => from.some((status) => !reached.has(status)))
      .map(([name]) => name),
  };
}
