/** The last thing that a shopper was told of an order. */
export type ToldStatus = 'PLACED' | 'PAID' | 'CANCELLED';

/** What a shopper was promised: it must never be lost or changed. */
export interface Promised {
  readonly orderId: string;
  readonly number: string;
  /** In minor units. */
  totalMinor: number;
  /** What it may cost instead, after a change of its goods of which nobody has said yet that it was made; in minor units. */
  orElseMinor: number | null;
  status: ToldStatus;
  /** Whether the shopper has asked to cancel it, answered or not: then it may be cancelled. */
  wantsToCancel: boolean;
  /** Whether the shopper wanted money back for goods that were not sent: when that is all of them the order ends. */
  mayEndByRefund: boolean;
}

/** Everything that anybody was promised. */
export class Promises {
  readonly #promised = new Map<string, Promised>();

  /** An order was acknowledged; a repeated acknowledgement of the same order must say the same. */
  placed(order: { readonly id: string; readonly number: string; readonly totalMinor: number }): Promised {
    const { id: orderId, number, totalMinor } = order;
    const known = this.#promised.get(orderId);
    if (known !== undefined && (known.number !== number || known.totalMinor !== totalMinor)) {
      throw new Error(
        `the order ${orderId} was ${known.number} of ${known.totalMinor}, and is ${number} of ${totalMinor}`,
      );
    }
    const promised: Promised = known ?? {
      ...{ orderId, number, totalMinor, orElseMinor: null },
      ...{ status: 'PLACED', wantsToCancel: false, mayEndByRefund: false },
    };
    this.#promised.set(orderId, promised);
    return promised;
  }

  all(): readonly Promised[] {
    return [...this.#promised.values()];
  }
}

/** An amount of the graph in minor units. */
export const minorOf = ({ amount }: { readonly amount: string }): number => Math.round(Number(amount) * 100);

/** What is kept of an order, as far as a promise speaks of it. */
export interface KeptOrder {
  readonly _id: string;
  readonly number: string;
  readonly totalMinor: number;
  readonly paidMinor: number;
  readonly refundedMinor: number;
  readonly status: string;
  /** False while it is only a draft. */
  readonly visible: boolean;
}

/** What of a promise is not kept, in a line each. */
export function brokenOf(promise: Promised, order: KeptOrder | undefined): string[] {
  const { orderId, number, totalMinor, orElseMinor, status, wantsToCancel, mayEndByRefund } = promise;
  if (order === undefined || !order.visible) return [`${orderId} was acknowledged and is gone`];
  const problems: string[] = [];
  if (order.number !== number) problems.push(`${orderId} was ${number} and is ${order.number}`);
  if (order.totalMinor !== totalMinor && order.totalMinor !== orElseMinor)
    problems.push(`${orderId} cost ${totalMinor} and costs ${order.totalMinor}`);
  if (status === 'PAID' && order.status !== 'PAID' && !wantsToCancel && !mayEndByRefund) {
    problems.push(`${orderId} was paid and is ${order.status}`);
  }
  if (status === 'CANCELLED' && order.status !== 'CANCELLED') {
    problems.push(`${orderId} was cancelled and is ${order.status}`);
  }
  if (order.status === 'CANCELLED' && order.refundedMinor !== order.paidMinor) {
    problems.push(`${orderId} was cancelled; ${order.paidMinor} were paid and ${order.refundedMinor} went back`);
  }
  return problems;
}
