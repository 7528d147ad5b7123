import { demoCurrency } from '../catalogue/catalogue.ts';
import type { Viewer } from '#kit/viewer/viewer.ts';
import type { PlannedAfterSale } from '../plan/after-sales.ts';
import type { PlannedOrder } from '../plan/orders.ts';
import type { PlannedParcel } from '../plan/parcels.ts';
import type { LoadedSku } from './load-catalogue.ts';
import type { OnProgress } from './progress.ts';
import { found, memberViewer, partsOf, type Payload, type Shop, taken, together, valueOf } from './shop.ts';

/** An order that is there, with its lines in the order of the plan. */
export interface LoadedOrder {
  readonly orderId: string;
  readonly number: string;
  readonly lineIds: readonly string[];
}

/** What the orders refer to. */
interface Surroundings {
  readonly skus: ReadonlyMap<string, LoadedSku>;
  /** By the members' indexes. */
  readonly memberIds: readonly string[];
  readonly onProgress: OnProgress;
}

const ordersAtOnce = 250;
const parcelsAtOnce = 500;
const afterSalesAtOnce = 6;
const iso = (at: Date | null): string | null => at?.toISOString() ?? null;

/** Loads the orders with their payments and refunds. Answers them by their keys. */
export async function loadOrders(
  shop: Shop,
  orders: readonly PlannedOrder[],
  { skus, memberIds, onProgress }: Surroundings,
): Promise<Map<string, LoadedOrder>> {
  const loaded = new Map<string, LoadedOrder>();
  for (const part of partsOf(orders, ordersAtOnce)) {
    const input = part.map((order) => orderToLoad(order, memberIds[order.member] ?? '', skus));
    const answer = await shop.order.loadOrders({ orders: input }, shop.call);
    answer.orders.forEach((order, index) => loaded.set(part[index]?.key ?? '', order));
    onProgress({ part: 'orders', done: loaded.size, total: orders.length });
  }
  return loaded;
}

function orderToLoad(order: PlannedOrder, memberId: string, skus: ReadonlyMap<string, LoadedSku>) {
  return {
    key: order.key,
    memberId,
    channel: order.channel,
    currency: demoCurrency,
    placedAt: order.placedAt.toISOString(),
    paidAt: iso(order.paidAt),
    shippedAt: iso(order.shippedAt ?? order.firstShippedAt),
    deliveredAt: iso(order.deliveredAt),
    completedAt: iso(order.completedAt),
    endedAt: iso(order.endedAt),
    status: order.status,
    freightMinor: order.freightMinor,
    address: order.address,
    lines: order.lines.map(({ skuCode, quantity, unitPriceMinor, totalMinor }) => {
      return { ...found(skus, skuCode), quantity, unitPriceMinor, totalMinor };
    }),
  };
}

/** Loads what the warehouses have done for the orders. */
export async function loadParcels(
  shop: Shop,
  parcels: readonly PlannedParcel[],
  {
    skus,
    memberIds,
    onProgress,
    orders,
    loaded,
  }: Surroundings & {
    readonly orders: readonly PlannedOrder[];
    readonly loaded: ReadonlyMap<string, LoadedOrder>;
  },
): Promise<void> {
  const planned = new Map(orders.map((order) => [order.key, order]));
  const shipments = parcels.map((parcel) => {
    const order = found(planned, parcel.orderKey);
    const { orderId, number, lineIds } = found(loaded, parcel.orderKey);
    return {
      orderId,
      orderNumber: number,
      memberId: memberIds[order.member] ?? null,
      channel: order.channel,
      region: order.address.region,
      warehouseCode: parcel.warehouseCode,
      status: parcel.status,
      lines: parcel.lines.flatMap((index) => {
        const line = order.lines[index];
        if (!line) return [];
        const { skuId } = found(skus, line.skuCode);
        return [{ orderLineId: lineIds[index] ?? '', skuId, quantity: line.quantity, weightGrams: line.weightGrams }];
      }),
      allocatedAt: parcel.allocatedAt.toISOString(),
      pickedAt: iso(parcel.pickedAt),
      packedAt: iso(parcel.packedAt),
      shippedAt: iso(parcel.shippedAt),
      deliveredAt: iso(parcel.deliveredAt),
      cancelledAt: iso(parcel.cancelledAt),
      carrierCode: parcel.carrierCode,
      trackingNumber: parcel.trackingNumber,
      events: [...parcel.events],
    };
  });
  let done = 0;
  for (const part of wholeOrders(shipments)) {
    valueOf('shipments', await shop.logistics.loadShipments({ shipments: part }, shop.call));
    done += part.length;
    onProgress({ part: 'parcels', done, total: parcels.length });
  }
}

/** Parts of a call's size that keep the parcels of an order together. */
function wholeOrders<Parcel extends { readonly orderId: string }>(parcels: readonly Parcel[]): Parcel[][] {
  const byOrder = [...Map.groupBy(parcels, ({ orderId }) => orderId).values()];
  // No order has more than two parcels.
  return partsOf(byOrder, parcelsAtOnce / 2).map((part) => part.flat());
}

/** Has members ask for their money back and the staff decide, as people do it in the graph. */
export async function loadAfterSales(
  shop: Shop,
  afterSales: readonly PlannedAfterSale[],
  {
    memberIds,
    onProgress,
    orders,
    loaded,
  }: Omit<Surroundings, 'skus'> & {
    readonly orders: readonly PlannedOrder[];
    readonly loaded: ReadonlyMap<string, LoadedOrder>;
  },
): Promise<void> {
  const planned = new Map(orders.map((order) => [order.key, order]));
  const one = (afterSale: PlannedAfterSale) => {
    const order = found(planned, afterSale.orderKey);
    const viewer = memberViewer(memberIds[order.member] ?? '', order.channel);
    return loadAfterSale(shop, afterSale, found(loaded, afterSale.orderKey), viewer);
  };
  let done = 0;
  for (const part of partsOf(afterSales, afterSalesAtOnce)) {
    await together(part.map(one));
    done += part.length;
    onProgress({ part: 'after-sales', done, total: afterSales.length });
  }
}

interface AfterSale {
  readonly id: string;
  readonly status: string;
}

async function loadAfterSale(
  shop: Shop,
  { orderKey, reason, decision }: PlannedAfterSale,
  { orderId, lineIds }: LoadedOrder,
  viewer: Viewer,
): Promise<void> {
  const { order } = await shop.ask<{ order: { afterSales: readonly AfterSale[] } | null }>(
    'order',
    'query AfterSales($id: ID!) { order(id: $id) { afterSales { id status } } }',
    { id: orderId },
    viewer,
  );
  const lines = [{ orderLineId: lineIds[0], quantity: 1 }];
  const input = { orderId, kind: 'REFUND_ONLY', lines, reason, idempotencyKey: `${orderKey}-after-sale` };
  const afterSale = order?.afterSales[0] ?? (await request(shop, input, viewer));
  if (afterSale?.status !== 'REQUESTED' || decision === 'OPEN') return;
  await decide(shop, afterSale.id, decision);
}

async function request(shop: Shop, input: object, viewer: Viewer): Promise<AfterSale | null> {
  const { requestAfterSale } = await shop.ask<{ requestAfterSale: Payload & { afterSale: AfterSale | null } }>(
    'order',
    `mutation Request($input: RequestAfterSaleInput!) {
      requestAfterSale(input: $input) { afterSale { id status } userErrors { code message path } }
    }`,
    { input },
    viewer,
  );
  return taken('after-sale', requestAfterSale).afterSale;
}

async function decide(shop: Shop, afterSaleId: string, decision: 'APPROVE' | 'REFUSE'): Promise<void> {
  const approve = decision === 'APPROVE';
  const [field, type] = approve
    ? ['approveAfterSale', 'ApproveAfterSaleInput']
    : ['refuseAfterSale', 'RefuseAfterSaleInput'];
  const input = { afterSaleId, ...(approve ? {} : { reason: '商品无质量问题，不符合退款条件' }) };
  const answer = await shop.ask<Record<string, Payload>>(
    'order',
    `mutation Decide($input: ${type}!) { ${field}(input: $input) { userErrors { code message path } } }`,
    { input },
  );
  for (const payload of Object.values(answer)) taken('decision on an after-sale', payload);
}
