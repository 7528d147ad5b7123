import { beforeAll, describe, expect, test } from '@jest/globals';
import { type Catalogue, demoChannels, readCatalogue } from '../catalogue/catalogue.ts';
import { demoFlashSale } from '../marketing/promotions.ts';
import { demoWarehouses } from '../network/network.ts';
import { type DemoPlan, planDemo } from './demo-plan.ts';

const now = new Date('2026-03-05T04:00:00Z');
const day = 24 * 60 * 60_000;
let catalogue: Catalogue;
let plan: DemoPlan;

beforeAll(async () => {
  catalogue = await readCatalogue();
  plan = planDemo(catalogue, now);
});

const count = <T>(values: Iterable<T>): Map<T, number> => {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
};

describe('the plan of the demo shop', () => {
  test('is the same for the same instant', () => {
    expect(planDemo(catalogue, now)).toEqual(plan);
  });

  test('has 2,000 orders over 180 days, in every state, through every channel', () => {
    const states = count(plan.orders.map(({ status }) => status));
    expect(plan.orders).toHaveLength(2_000);
    expect([...states.keys()].sort()).toEqual(
      [
        'CANCELLED',
        'CLOSED',
        'COMPLETED',
        'DELIVERED',
        'PAID',
        'PARTIALLY_SHIPPED',
        'PENDING_PAYMENT',
        'SHIPPED',
      ].sort(),
    );
    for (const [, orders] of states) expect(orders).toBeGreaterThanOrEqual(3);
    expect(new Set(plan.orders.map(({ channel }) => channel))).toEqual(new Set(demoChannels));
    const ages = plan.orders.map(({ placedAt }) => (now.getTime() - placedAt.getTime()) / day);
    expect(Math.min(...ages)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...ages)).toBeLessThanOrEqual(180);
    expect(Math.max(...ages)).toBeGreaterThan(170);
  });

  test('lets no unpaid order be older than 30 minutes, and none that has been shipped for 15 days wait for its receipt', () => {
    for (const { status, placedAt, shippedAt } of plan.orders) {
      if (status === 'PENDING_PAYMENT') expect(now.getTime() - placedAt.getTime()).toBeLessThan(30 * 60_000);
      if (status === 'SHIPPED' || status === 'DELIVERED') {
        expect(now.getTime() - (shippedAt?.getTime() ?? 0)).toBeLessThan(15 * day);
      }
    }
  });

  test('takes the steps of an order one after another, none in the future', () => {
    for (const { placedAt, paidAt, shippedAt, deliveredAt, completedAt, endedAt } of plan.orders) {
      const steps = [placedAt, paidAt, shippedAt, deliveredAt, completedAt].filter((at) => at !== null);
      const times = steps.map((at) => at.getTime());
      expect(times).toEqual([...times].sort((a, b) => a - b));
      for (const at of [...steps, endedAt]) expect(at?.getTime() ?? 0).toBeLessThanOrEqual(now.getTime());
    }
  });

  test('sells each line in a channel that sells it, at no more than its price there', () => {
    const products = new Map(catalogue.products.map((product) => [product.slug, product]));
    for (const { channel, lines } of plan.orders) {
      expect(new Set(lines.map(({ skuCode }) => skuCode)).size).toBe(lines.length);
      for (const { productSlug, quantity, unitPriceMinor, totalMinor } of lines) {
        expect(products.get(productSlug)?.channels).toContain(channel);
        expect(totalMinor).toBeLessThanOrEqual(unitPriceMinor * quantity);
        expect(totalMinor).toBeGreaterThan(0);
      }
    }
  });

  test('has orders that were cancelled before paying and after it', () => {
    const cancelled = plan.orders.filter(({ status }) => status === 'CANCELLED');
    const paid = cancelled.filter(({ paidAt }) => paidAt !== null);
    expect(paid.length).toBeGreaterThan(20);
    expect(cancelled.length - paid.length).toBeGreaterThan(20);
  });

  test('has 200 members over the four tiers, no two with the same phone or e-mail address', () => {
    const tiers = count(
      plan.standings.map(({ growth }) => [15_000, 5_000, 1_000, 0].findIndex((from) => growth >= from)),
    );
    expect(plan.members).toHaveLength(200);
    expect([...tiers.keys()].sort()).toEqual([0, 1, 2, 3]);
    for (const [, members] of tiers) expect(members).toBeGreaterThanOrEqual(3);
    expect(new Set(plan.members.map(({ phone }) => phone)).size).toBe(200);
    const emails = plan.members.flatMap(({ email }) => (email === null ? [] : [email]));
    expect(new Set(emails).size).toBe(emails.length);
  });

  test('makes the demo shopper a gold member with points and two addresses', () => {
    expect(plan.members[0]).toMatchObject({ email: 'shopper@example.com', password: 'shopper-demo' });
    expect(plan.members[0]?.addresses).toHaveLength(2);
    expect(plan.standings[0]?.growth).toBeGreaterThanOrEqual(5_000);
    expect(plan.standings[0]?.growth).toBeLessThan(15_000);
    expect(plan.standings[0]?.points).toBeGreaterThan(1_000);
  });

  test('has the demo shopper wait for parcels and for their own payment', () => {
    const states = plan.orders.filter(({ member }) => member === 0).map(({ status }) => status);
    expect(states.length).toBeGreaterThan(20);
    expect(states).toEqual(expect.arrayContaining(['PENDING_PAYMENT', 'SHIPPED', 'DELIVERED', 'COMPLETED']));
  });

  test('sends every line of a paid order once, and nothing of an unpaid one', () => {
    const parcels = Map.groupBy(plan.parcels, ({ orderKey }) => orderKey);
    for (const order of plan.orders) {
      const lines = (parcels.get(order.key) ?? []).flatMap((parcel) => parcel.lines);
      expect([...lines].sort()).toEqual(order.paidAt === null ? [] : order.lines.map((_, index) => index));
    }
  });

  test('has its parcels agree with their orders, under tracking numbers of their own', () => {
    const parcels = Map.groupBy(plan.parcels, ({ orderKey }) => orderKey);
    for (const { key, status } of plan.orders.filter(({ paidAt }) => paidAt !== null)) {
      const states = new Set((parcels.get(key) ?? []).map((parcel) => parcel.status));
      if (status === 'DELIVERED' || status === 'COMPLETED') expect(states).toEqual(new Set(['DELIVERED']));
      if (status === 'SHIPPED') expect(states).toEqual(new Set(['SHIPPED']));
      if (status === 'PARTIALLY_SHIPPED') expect(states.size).toBe(2);
      if (status === 'CANCELLED') expect(states).toEqual(new Set(['CANCELLED']));
      if (status === 'PAID') expect(states.isDisjointFrom(new Set(['SHIPPED', 'DELIVERED']))).toBe(true);
    }
    const numbers = plan.parcels.flatMap(({ trackingNumber }) => (trackingNumber === null ? [] : [trackingNumber]));
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(new Set(plan.parcels.map(({ status }) => status))).toEqual(
      new Set(['ALLOCATED', 'PICKING', 'PACKED', 'SHIPPED', 'DELIVERED', 'CANCELLED']),
    );
  });

  test('has a flash sale of things that every channel sells, with no quota that the stock could not fill', () => {
    const central = new Map(
      plan.stock.flatMap(({ warehouseCode, skuCode, quantity }) =>
        warehouseCode === 'CN-EAST' ? [[skuCode, quantity]] : [],
      ),
    );
    for (const { skuCode, quota } of demoFlashSale.items) {
      const product = catalogue.products.find(({ skus }) => skus.some(({ code }) => code === skuCode));
      expect(product?.channels).toEqual(demoChannels);
      expect(central.get(skuCode)).toBeGreaterThanOrEqual(quota);
    }
  });

  test('has stock in all six warehouses, most SKUs in plenty, a few scarce or sold out', () => {
    const total = new Map<string, number>();
    for (const { skuCode, quantity } of plan.stock) total.set(skuCode, (total.get(skuCode) ?? 0) + quantity);
    const skus = catalogue.products.flatMap((product) => product.skus);
    expect(new Set(plan.stock.map(({ warehouseCode }) => warehouseCode))).toEqual(
      new Set(demoWarehouses.map(({ code }) => code)),
    );
    const soldOut = skus.filter(({ code }) => !total.has(code));
    const scarce = skus.filter(({ code }) => (total.get(code) ?? 99) < 10);
    expect(soldOut.length).toBeGreaterThan(3);
    expect(scarce.length).toBeGreaterThan(10);
    expect(soldOut.length + scarce.length).toBeLessThan(skus.length / 10);
  });
});
