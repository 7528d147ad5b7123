import { manyAddresses, manyReservations } from '#kit/neighbours/flash-sale-orders.ts';
import { logisticsOperations } from '#kit/neighbours/logistics.ts';
import { memberOperations } from '#kit/neighbours/member.ts';
import { orderEdits } from '#kit/neighbours/order-edits.ts';
import { productOperations, type SkuFacts } from '#kit/neighbours/product.ts';
import { promotionOperations, type QuoteRequest } from '#kit/neighbours/promotion.ts';
import { regrouping } from '#kit/neighbours/regrouping.ts';
import { logisticsReturns } from '#kit/neighbours/returns.ts';
import type { SubgraphName } from '#kit/events/events.ts';
import type { OperationContract } from '#kit/transport/neighbours.ts';
import { NeighbourError, type Transport } from '#kit/transport/transport.ts';
import type { OrderAddress } from '../order/domain/order.ts';
import { editHandlers, emptyEditBook, type EditBook } from './edit-neighbour.ts';
import { refuseIfOver, type Attempted, type OfAttempt } from './attempts.ts';
import { memberHandlers } from './member-neighbour.ts';
import { emptyRegroupingBook, regroupingHandlers, type RegroupingBook } from './regrouping-neighbour.ts';
import {
  emptyPresaleBook,
  presaleHandlers,
  takePresaleUnits,
  type PresaleBook,
  type Presold,
} from './presale-neighbour.ts';
import { emptyReturnsBook, returnsHandlers, type ReturnsBook } from './returns-neighbour.ts';
import { plannedFor } from './planned-delivery.ts';
import { quoteOf } from './quote-in-memory.ts';

const contracts: Partial<Record<SubgraphName, Readonly<Record<string, OperationContract>>>> = {
  product: productOperations.contracts,
  promotion: promotionOperations.contracts,
  member: { ...memberOperations.contracts, ...manyAddresses.contracts },
  logistics: {
    ...logisticsOperations.contracts,
    ...manyReservations.contracts,
    ...logisticsReturns.contracts,
    ...regrouping.contracts,
    ...orderEdits.contracts,
  },
};

type Handler = (input: never) => unknown;
type Fault = (input: unknown) => void | Promise<void>;

/** What the neighbours of the order subgraph know and hold, in memory. Tests look into it and break it. */
export interface Neighbourhood extends ReturnsBook, RegroupingBook, PresaleBook, EditBook {
  readonly transport: Transport;
  readonly skus: Map<string, SkuFacts & { readonly channels: readonly string[] }>;
  /** Units that can be reserved. */
  readonly stock: Map<string, number>;
  readonly reservations: Map<string, Attempted & { state: 'RESERVED' | 'RELEASED'; lines: StockLines }>;
  readonly locks: Map<string, Attempted & { state: 'LOCKED' | 'RELEASED'; couponIds: readonly string[] }>;
  readonly points: Map<string, number>;
  readonly holds: Map<string, Attempted & { state: 'HELD' | 'RELEASED'; memberId: string; points: number }>;
  readonly addresses: Map<string, { memberId: string; address: OrderAddress; isDefault: boolean }>;
  /** How WeChat calls a member, by `<app id> <member id>`. */
  readonly openIds: Map<string, string>;
  /** A coupon's owner and amount; applying it costs nothing else. */
  readonly coupons: Map<string, { memberId: string; amountMinor: number }>;
  /** Codes that exist, and what they take off. */
  readonly codes: Map<string, number>;
  readonly shipped: Set<string>;
  readonly stopped: Set<string>;
  /** Runs before or after an operation's effect; throwing there loses the call, or its answer. */
  readonly faults: { before: Map<string, Fault>; after: Map<string, Fault> };
  /** Every operation that was called, such as `logistics.reserveStock`. */
  readonly calls: string[];
  freightMinor: number;
}

/** A fault: nobody answers. */
export function unreachable(target: SubgraphName): Fault {
  return () => {
    throw new NeighbourError('UNAVAILABLE', target, 'nobody answers');
  };
}

/** Neighbours that behave as their contracts say. */
export function createNeighbourhood(): Neighbourhood {
  const here: Omit<Neighbourhood, 'transport'> = {
    skus: new Map(),
    stock: new Map(),
    reservations: new Map(),
    locks: new Map(),
    points: new Map(),
    holds: new Map(),
    addresses: new Map(),
    openIds: new Map(),
    coupons: new Map(),
    codes: new Map(),
    shipped: new Set(),
    stopped: new Set(),
    faults: { before: new Map(), after: new Map() },
    calls: [],
    freightMinor: 0,
    ...emptyReturnsBook(),
    ...emptyRegroupingBook(),
    ...emptyPresaleBook(),
    ...emptyEditBook(),
  };
  const handlers: Record<string, Handler> = {
    ...goodsHandlers(here),
    ...returnsHandlers(here),
    ...regroupingHandlers(here),
    ...editHandlers(here),
    ...benefitHandlers(here),
    ...presaleHandlers(here),
    ...memberHandlers(here),
  };

  async function answer(target: SubgraphName, name: string, body: unknown): Promise<unknown> {
    const operation = `${target}.${name}`;
    const contract = contracts[target]?.[name];
    const handler = handlers[operation];
    if (contract === undefined || handler === undefined) throw new Error(`nobody here answers ${operation}`);
    const input = contract.input.parse(body);
    here.calls.push(operation);
    await here.faults.before.get(operation)?.(input);
    const output = contract.output.parse(handler(input as never));
    await here.faults.after.get(operation)?.(input);
    return output;
  }

  return Object.assign(here, {
    transport: {
      async call(target: SubgraphName, path: string, body: unknown) {
        return path === '/events' ? { receipt: 'ignored' } : answer(target, path.slice('/internal/'.length), body);
      },
      close: async () => undefined,
    },
  });
}

type State = Omit<Neighbourhood, 'transport'>;
type StockLines = { skuId: string; quantity: number }[];

function shortagesOf({ stock }: State, lines: StockLines) {
  return lines.flatMap(({ skuId, quantity }) => {
    const available = stock.get(skuId) ?? 0;
    return available < quantity ? [{ skuId, requested: quantity, available }] : [];
  });
}

function goodsHandlers(here: State): Record<string, Handler> {
  const { skus, stock, reservations } = here;
  const reserve = ({ orderId, attempt, lines }: OfAttempt & { lines: StockLines }) => {
    const held = reservations.get(orderId);
    refuseIfOver('logistics', held, attempt);
    if (held?.state === 'RESERVED') {
      reservations.set(orderId, { ...held, attempt });
      return { ok: true, value: { reservationIds: [] } };
    }
    const short = shortagesOf(here, lines);
    if (short.length > 0) {
      const refusals = short.map((facts) => ({
        type: 'InsufficientStockError',
        code: 'INSUFFICIENT_STOCK',
        ...facts,
      }));
      return { ok: false, refusals };
    }
    for (const { skuId, quantity } of lines) stock.set(skuId, (stock.get(skuId) ?? 0) - quantity);
    reservations.set(orderId, { attempt, state: 'RESERVED', lines });
    return { ok: true, value: { reservationIds: [] } };
  };
  return {
    'product.skuFacts': ({ skuIds, codes, channel }: { skuIds?: string[]; codes?: string[]; channel: string }) => ({
      skus: [...skus.values()]
        .filter((sku) => skuIds?.includes(sku.skuId) || codes?.includes(sku.code))
        .map(({ channels, ...sku }) => ({ ...sku, price: channels.includes(channel) ? sku.price : null })),
    }),
    'logistics.planDelivery': ({ lines }: { lines: StockLines }) => ({
      deliveries: [plannedFor(here, lines)],
      shortages: shortagesOf(here, lines),
    }),
    'logistics.reserveStock': reserve,
    'logistics.reserveOrders': ({ orders }: { orders: { orderId: string; lines: StockLines }[] }) => ({
      reserved: orders.map((order) => {
        const reserved = reserve({ ...order, attempt: 1 });
        return reserved.ok ? { ok: true, value: { deliveries: [plannedFor(here, order.lines)] } } : reserved;
      }),
    }),
    'logistics.releaseStock': ({ orderId, attempt }: OfAttempt) => {
      const held = reservations.get(orderId);
      if (held && held.attempt > attempt) return { released: 0 };
      const open = held?.state === 'RESERVED' ? held.lines : [];
      for (const { skuId, quantity } of open) stock.set(skuId, (stock.get(skuId) ?? 0) + quantity);
      reservations.set(orderId, { attempt, state: 'RELEASED', lines: [] });
      return { released: open.length };
    },
    'logistics.stopFulfillments': ({ orderId }: { orderId: string }) => {
      const stopped = !here.shipped.has(orderId);
      if (stopped) here.stopped.add(orderId);
      return { stopped };
    },
  };
}

interface Wanted {
  readonly presale: Presold | null;
  readonly coupons: readonly { readonly couponId: string | null }[];
}

function benefitHandlers(here: State): Record<string, Handler> {
  const { locks, coupons, codes } = here;
  return {
    'promotion.quote': (asked: QuoteRequest) => quoteOf(here, asked),
    'promotion.checkCouponCode': ({ code }: { code: string }) =>
      codes.has(code)
        ? { ok: true, value: { templateId: `cpt_${code}`, code } }
        : { ok: false, refusals: [{ type: 'CouponNotFoundError', code: 'COUPON_NOT_FOUND' }] },
    'promotion.lockBenefits': ({
      orderId,
      attempt,
      benefits,
      instead,
    }: OfAttempt & { benefits: Wanted; instead: boolean }) => {
      refuseIfOver('promotion', locks.get(orderId), attempt);
      if (instead && here.refusesAnew.has(orderId)) {
        return { ok: false, refusals: [{ type: 'BudgetExhaustedError', code: 'BUDGET_EXHAUSTED', promotionId: null }] };
      }
      const refusal = takePresaleUnits(here, orderId, benefits.presale);
      if (refusal) return { ok: false, refusals: [refusal] };
      const couponIds = benefits.coupons.flatMap(({ couponId }) => couponId ?? []);
      locks.set(orderId, { attempt, state: 'LOCKED', couponIds });
      return { ok: true, value: { couponIds: [...coupons.keys()] } };
    },
    'promotion.releaseBenefits': ({ orderId, attempt }: OfAttempt) => {
      const lock = locks.get(orderId);
      if (lock && lock.attempt > attempt) return { released: 0 };
      const released = lock?.state === 'LOCKED' ? 1 : 0;
      here.presold.delete(orderId);
      locks.set(orderId, { attempt, state: 'RELEASED', couponIds: [] });
      return { released };
    },
  };
}
