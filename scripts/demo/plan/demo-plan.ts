import { faker } from '@faker-js/faker/locale/zh_CN';
import type { Catalogue } from '../catalogue/catalogue.ts';
import { type ChannelPrice, channelPricesOf } from '../catalogue/channel-prices.ts';
import { demoFlashSale } from '../marketing/promotions.ts';
import { demoWarehouses } from '../network/network.ts';
import { type DemoMember, planMembers } from '../people/members.ts';
import { planAfterSales, type PlannedAfterSale } from './after-sales.ts';
import { drawOffers } from './assortment.ts';
import { planOrders, type PlannedOrder } from './orders.ts';
import { parcelPlanner, type PlannedParcel } from './parcels.ts';
import { planStock, type StockLine } from './stock.ts';
import { type Standing, standingsOf } from './standings.ts';

/** Everything of the demo shop that isn't written in a table. */
export interface DemoPlan {
  /** The instant at which the shop stands so. */
  readonly began: Date;
  readonly channelPrices: readonly ChannelPrice[];
  readonly members: readonly DemoMember[];
  /** By the members' indexes. */
  readonly standings: readonly Standing[];
  readonly stock: readonly StockLine[];
  readonly orders: readonly PlannedOrder[];
  readonly parcels: readonly PlannedParcel[];
  readonly afterSales: readonly PlannedAfterSale[];
}

const seed = 20_260_101;
const memberCount = 200;
const orderCount = 2_000;
export const orderDays = 180;

/**
 * Plans the demo shop as it stands at `now`. The same catalogue and the same instant give the same plan, to the last digit; at another instant
 * only the times differ, and where orders stand because of them.
 */
export function planDemo(catalogue: Catalogue, now: Date): DemoPlan {
  faker.seed(seed);
  const channelPrices = channelPricesOf(catalogue);
  const members = planMembers(faker, memberCount);
  const stock = planStock(catalogue, demoWarehouses, new Set(demoFlashSale.items.map(({ skuCode }) => skuCode)));
  const draw = drawOffers(catalogue, channelPrices);
  const orders = planOrders({ faker, members, draw, count: orderCount, days: orderDays, now });
  return {
    began: now,
    channelPrices,
    members,
    standings: standingsOf(orders, members.length, now),
    stock,
    orders,
    parcels: orders.flatMap(parcelPlanner(demoWarehouses, stock, now)),
    afterSales: planAfterSales(orders),
  };
}
