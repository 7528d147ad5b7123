import { describe, expect, test } from '@jest/globals';
import { must, same } from '#kit/testing/properties.ts';
import { afterRefundOf, shareOf } from '../../refund/domain/refund-share.ts';
import { paidOrder } from '../../testing/any-order.ts';
import {
  cancelPaid,
  cancelUnpaid,
  changed,
  close,
  complete,
  confirm,
  deliver,
  giveWay,
  pay,
  payLate,
  ship,
  type OrderChange,
} from './order-changes.ts';
import { endStatuses, mayMove, transitions } from './order-states.ts';
import type { Order } from './order.ts';

const at = new Date('2026-11-23T08:00:00Z');
const mover = { at, actor: 'system' } as const;
const wish = { id: 'rfd_1', reason: '', actor: 'member', requestedAt: at, afterSaleId: null } as const;
const parcels = 3;

/** An order, two payments that are on their way to it, and its parcels. */
interface World {
  readonly order: Order;
  readonly money: Readonly<Record<string, 'UNDERWAY' | 'LATE' | 'KEPT' | 'BACK'>>;
  /** Of the money that was kept, minor units. */
  readonly givenBack: number;
  readonly sent: number;
  readonly isDelivered: boolean;
  readonly isStopped: boolean;
  /** What the warehouses told and the order hasn't heard: may be heard in any order. */
  readonly unheard: readonly string[];
  /** Minor units that an after-sale promised for one unit. */
  readonly promised: number | null;
}

/** What may happen in one transaction: the world after it, or null when it can't happen now. */
type Act = (world: World) => World | null;

/** Makes a move as the store does: only from where the table lets it go, and only if what it rests on still holds; else nothing happens. */
function move(order: Order, made: OrderChange): Order | null {
  const holds = Object.entries(made.onlyIf ?? {}).every(([path, value]) => {
    const found = path
      .split('.')
      .reduce<unknown>((part, key) => (part as Record<string, unknown> | null)?.[key], order);
    return (found ?? null) === value;
  });
  return holds && mayMove(order.status, made.transition) ? changed(order, made) : null;
}

const moved = (world: World, made: OrderChange, more: Partial<World> = {}): World | null => {
  const order = move(world.order, made);
  return order && { ...world, order, ...more };
};
const paidFor = ({ order }: World): boolean => order.paidMinor > 0 && mayMove(order.status, 'shipAll');

function moneyComes(world: World, payment: string): World | null {
  const { order, money } = world;
  if (money[payment] !== 'UNDERWAY' || !order.visible) return null;
  const paid = moved(world, pay(order, mover), { money: { ...money, [payment]: 'KEPT' } });
  if (paid !== null) return paid;
  if (order.status !== 'CLOSED' || order.latePayment != null)
    return { ...world, money: { ...money, [payment]: 'BACK' } };
  const latePayment = { paymentId: payment, receivedAt: at, leaseUntil: at, decision: null };
  return { ...world, order: { ...order, latePayment }, money: { ...money, [payment]: 'LATE' } };
}

const acts: Readonly<Record<string, Act>> = {
  confirm: (world) => moved(world, confirm(mover)),
  abandon: (world) =>
    mayMove(world.order.status, 'abandon') ? { ...world, order: { ...world.order, status: 'ABANDONED' } } : null,
  firstMoneyComes: (world) => moneyComes(world, 'first'),
  secondMoneyComes: (world) => moneyComes(world, 'second'),
  keepLateMoney: (world) => {
    const late = world.order.latePayment;
    return late
      ? moved(world, payLate(world.order, late), { money: { ...world.money, [late.paymentId]: 'KEPT' } })
      : null;
  },
  decideToGiveLateMoneyBack: (world) => {
    const late = world.order.latePayment;
    if (!late || late.decision !== null || world.order.status !== 'CLOSED') return null;
    const order = { ...world.order, latePayment: { ...late, decision: 'REFUND' } as const };
    return { ...world, order, money: { ...world.money, [late.paymentId]: 'BACK' } };
  },
  endLatePayment: (world) =>
    world.order.latePayment?.decision === 'REFUND' ? { ...world, order: { ...world.order, latePayment: null } } : null,
  cancelUnpaid: (world) => moved(world, cancelUnpaid(wish)),
  expire: (world) => moved(world, close(mover)),
  wishToCancel: (world) =>
    world.order.status === 'PAID' && world.order.cancellation === null
      ? { ...world, order: { ...world.order, cancellation: wish } }
      : null,
  stopWarehouses: (world) => (wantsStop(world) && world.sent === 0 ? { ...world, isStopped: true } : null),
  failToStopWarehouses: (world) =>
    wantsStop(world) && world.sent > 0 ? { ...world, order: { ...world.order, cancellation: null } } : null,
  cancelPaid: (world) =>
    world.isStopped
      ? moved(world, cancelPaid(world.order, wish), { givenBack: world.order.paidMinor, promised: null })
      : null,
  send: (world) => {
    if (!paidFor(world) || world.isStopped || world.sent === parcels) return null;
    const sent = world.sent + 1;
    return { ...world, sent, unheard: [...world.unheard, `sent ${sent}`] };
  },
  handOver: (world) =>
    world.sent === parcels && !world.isDelivered
      ? { ...world, isDelivered: true, unheard: [...world.unheard, 'delivered'] }
      : null,
  ...Object.fromEntries(
    ['sent 1', 'sent 2', 'sent 3', 'delivered'].map((fact): [string, Act] => [
      `hear ${fact}`,
      (world) => {
        if (!world.unheard.includes(fact)) return null;
        const unheard = world.unheard.filter((one) => one !== fact);
        const made =
          fact === 'delivered'
            ? deliver(world.order, mover)
            : ship(parcels - Number(fact.slice('sent '.length)), mover);
        return moved(world, made, { unheard }) ?? { ...world, unheard };
      },
    ]),
  ),
  complete: (world) => moved(world, complete(mover)),
  promiseRefund: (world) => {
    const line = world.order.lines[0];
    if (!line || world.promised !== null || world.order.paidMinor === 0 || line.claimedUnits === line.quantity)
      return null;
    if (world.order.status === 'CANCELLED' || world.order.status === 'SPLIT') return null;
    const promised = shareOf(line, 1);
    const claimed = { ...line, claimedUnits: line.claimedUnits + 1, claimedMinor: line.claimedMinor + promised };
    return { ...world, promised, order: { ...world.order, lines: [claimed] } };
  },
  refund: (world) => {
    if (world.promised === null || world.order.status === 'SPLIT') return null;
    const { counters } = afterRefundOf(world.order, world.promised);
    const givenBack = world.givenBack + world.promised;
    return { ...world, order: { ...world.order, ...counters }, givenBack, promised: null };
  },
  split: (world) =>
    world.sent === 0 && world.promised === null && world.order.cancellation === null
      ? moved(world, giveWay('SPLIT', ['ord_2', 'ord_3'], mover))
      : null,
};

const wantsStop = ({ order, isStopped }: World): boolean =>
  order.status === 'PAID' && order.cancellation !== null && !isStopped;

function beginning(): World {
  const bought = [{ quantity: 2, unitPriceMinor: 1001, discount: 0, grams: 1, gone: 0 }];
  const placing = { status: 'PLACING', visible: false, paidAt: null, paidMinor: 0 } as const;
  const order: Order = { ...paidOrder('ord_1', bought, 500, 100), ...placing };
  const nothing = { givenBack: 0, sent: 0, isDelivered: false, isStopped: false, unheard: [], promised: null };
  return { order, money: { first: 'UNDERWAY', second: 'UNDERWAY' }, ...nothing };
}

/** What must hold in every world. */
function mustHold({ order, money, givenBack, sent }: World): void {
  const kept = Object.values(money).filter((state) => state === 'KEPT').length;
  same('money that was kept', kept * order.totalMinor, order.paidMinor);
  must(givenBack >= 0 && givenBack <= order.paidMinor, 'no more goes back than was paid');
  same('what the order says went back', order.refundedMinor, givenBack);
  must(sent === 0 || order.paidMinor > 0, 'nothing is sent that nobody paid for');
  must(sent === 0 || order.status !== 'CANCELLED', 'nothing that was sent is cancelled');
}

/** What must hold where nothing can happen any more. */
function mustHaveEnded({ order, money, givenBack, sent, promised }: World): void {
  must((endStatuses as readonly string[]).includes(order.status), `${order.status} is an end`);
  must(promised === null, 'what was promised was given');
  must(!Object.values(money).includes('LATE'), 'late money ends in goods or goes back');
  if (order.visible) must(!Object.values(money).includes('UNDERWAY'), 'all money is counted');
  if (order.status === 'CANCELLED') same('cancelled', givenBack, order.paidMinor);
  if (order.status === 'COMPLETED') same('completed', sent, parcels);
}

/** The moves of the table that change the state. */
const allowed = new Set(
  Object.values(transitions).flatMap(({ from, to }) => from.flatMap((one) => (one === to ? [] : `${one} → ${to}`))),
);

/** Goes everywhere that the acts lead, in whatever order they happen. Throws at the first world in which something doesn't hold, with the acts that led there. */
function explore(possible: Readonly<Record<string, Act>>) {
  const first = beginning();
  const paths = new Map<string, readonly string[]>([[JSON.stringify(first), []]]);
  const queue = [first];
  const moves = new Set<string>();
  let ends = 0;
  for (let world = queue.pop(); world !== undefined; world = queue.pop()) {
    const path = paths.get(JSON.stringify(world)) ?? [];
    let isEnd = true;
    try {
      mustHold(world);
      for (const [name, act] of Object.entries(possible)) {
        const after = act(world);
        if (after === null) continue;
        isEnd = false;
        const move = `${world.order.status} → ${after.order.status}`;
        if (after.order.status !== world.order.status) {
          must(allowed.has(move), `${move} is allowed`);
          moves.add(move);
        }
        // What happened before doesn't matter to what may happen: worlds that differ in it alone are one.
        const next = { ...after, order: { ...after.order, timeline: [], version: 0 } };
        const key = JSON.stringify(next);
        if (paths.has(key)) continue;
        paths.set(key, [...path, name]);
        queue.push(next);
      }
      if (isEnd) mustHaveEnded(world);
    } catch (error) {
      throw new Error(`${String(error)}, after ${path.join(', ')}`, { cause: error });
    }
    if (isEnd) ends += 1;
  }
  return { worlds: paths.size, ends, moves };
}

describe('every interleaving of paying twice, late money, cancelling, expiring, sending, refunding and splitting', () => {
  test('moves an order as the table allows, makes every move of the table but the merge, and accounts for all its money', () => {
    const { worlds, ends, moves } = explore(acts);
    expect([...moves, 'PAID → MERGED'].toSorted()).toEqual([...allowed].toSorted());
    expect({ worlds, ends }).toEqual({ worlds: 3_867, ends: 35 });
  });

  const mistakes: readonly [string, string, Act][] = [
    [
      'keeps late money without goods',
      'money that was kept: 2502 is not 0',
      (world) => {
        const late = world.order.latePayment;
        return late ? { ...world, money: { ...world.money, [late.paymentId]: 'KEPT' } } : null;
      },
    ],
    [
      'cancels what was sent',
      'nothing that was sent is cancelled',
      (world) => moved(world, cancelPaid(world.order, wish), { givenBack: world.order.paidMinor, promised: null }),
    ],
    [
      'refunds what was refunded before',
      'no more goes back than was paid',
      (world) => (world.order.status === 'CANCELLED' ? { ...world, givenBack: world.givenBack + 1 } : null),
    ],
    [
      'closes an order that was paid in the same moment',
      'PAID → CLOSED is allowed',
      (world) => (world.order.status === 'PAID' ? { ...world, order: { ...world.order, status: 'CLOSED' } } : null),
    ],
  ];

  test.each(mistakes)('finds out a shop that %s', (_, complaint, mistake) => {
    expect(() => explore({ ...acts, mistake })).toThrow(complaint);
  });
});
