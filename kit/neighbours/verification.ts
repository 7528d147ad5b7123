import { z } from 'zod';
import { subgraphNames } from '#kit/events/events.ts';
import { auditEntry, auditQuestion } from './audit.ts';
import { defineOperations } from '#kit/transport/neighbours.ts';

/** How many orders one call may name. */
export const ordersAtOnce = 500;

const orderIds = z.object({ orderIds: z.array(z.string()).max(ordersAtOnce) });
/** Where to go on: the last order of the page before; null begins. */
const place = z.object({ after: z.string().nullable() });
/** At most 500 orders, by id; `next` is null on the last page. */
const orderPage = z.object({ orderIds: z.array(z.string()), next: z.string().nullable() });

/** What one subgraph found in its own books. Numbers are written out, so that money, units and states fit the same columns. */
export const verificationReport = z.object({
  /** Every invariant with the number of things that were looked at. */
  checked: z.array(z.object({ invariant: z.string(), count: z.number().int() })),
  /** What disagrees; at most a hundred for each invariant. */
  discrepancies: z.array(
    z.object({ invariant: z.string(), subject: z.string(), expected: z.string(), found: z.string() }),
  ),
});
export type VerificationReport = z.output<typeof verificationReport>;

/** How many places of a chain of audit entries one call may name. */
export const placesAtOnce = 500;

const sequence = z.number().int().positive();
const checkpoints = z.object({ checkpoints: z.array(z.object({ sequence, hash: z.string() })).max(placesAtOnce) });

/** Members who were merged, and into whom. */
const merges = z.object({ merges: z.array(z.object({ memberId: z.string(), into: z.string() })) });

const verify = {
  /** Where the chain of a subgraph's audit log ended, as this subgraph was told: at most 500 places behind `after`, in their order. */
  auditCheckpoints: {
    input: z.object({ stream: z.enum(subgraphNames), after: z.number().int().min(0) }),
    output: checkpoints,
  },
  /** Entries of the subgraph's audit log, the newest first. */
  auditEntries: { input: auditQuestion, output: z.object({ entries: z.array(auditEntry) }) },
  /** The hashes at these places of the subgraph's own chain; a place that it doesn't have is left out. */
  auditHashes: { input: z.object({ sequences: z.array(sequence).max(placesAtOnce) }), output: checkpoints },
  /** Whom the subgraph follows of these members since it heard that they were merged into others, and to whom; the others are left out. */
  followedMerges: { input: z.object({ memberIds: z.array(z.string()).max(ordersAtOnce) }), output: merges },
  /** Compares the subgraph's books with each other as of one moment. Reads only; safe on a live system. */
  verify: { input: z.object({}), output: verificationReport },
  /** Events of the subgraph that wait for a listener; the oldest is null when none does. */
  eventBacklog: {
    input: z.object({}),
    output: z.object({
      waiting: z.number().int(),
      oldestId: z.string().nullable(),
      oldestSeconds: z.number().nullable(),
    }),
  },
};

/** What is held for orders, in words of `heldText`; an order that isn't named has nothing. */
const heldPage = z.object({ orders: z.array(z.object({ orderId: z.string(), held: z.string() })) });

const openHolds = {
  /** What is held for these orders, or was used by them: units by SKU, amounts by promotion and coupon template, points. */
  heldFor: { input: orderIds, output: heldPage },
  /** Orders for which something has been held for more than two minutes and neither used nor given back. */
  openHolds: { input: place, output: orderPage },
};

/** Doors for whoever compares the books of the whole graph. All are for our own services only; everybody else is FORBIDDEN. */
export const productVerification = defineOperations('product', verify);
export const memberVerification = defineOperations('member', {
  ...verify,
  ...openHolds,
  /** At most 500 merges, in the order of their ids; `next` is null on the last page. */
  mergedMembers: { input: place, output: merges.extend({ next: z.string().nullable() }) },
});
export const promotionVerification = defineOperations('promotion', { ...verify, ...openHolds });
export const logisticsVerification = defineOperations('logistics', {
  ...verify,
  ...openHolds,
  /** Those of these orders that have no fulfillment. */
  withoutFulfillment: { input: orderIds, output: orderIds },
});
export const orderVerification = defineOperations('order', {
  ...verify,
  /** Those of these orders for which nothing may be held any more: unknown, never placed, cancelled, closed or completed. */
  endedOrders: { input: orderIds, output: orderIds },
  /** What must be held for orders, in the words of `heldFor`: those that await payment or are paid and whole, and that nobody is changing. At most 500 are looked at. */
  agreedHolds: {
    input: place,
    output: z.object({
      orders: z.array(z.object({ orderId: z.string(), goods: z.string(), benefits: z.string(), points: z.string() })),
      next: z.string().nullable(),
    }),
  },
  /** Orders that were paid more than two minutes ago and that are neither cancelled, about to be, nor wholly refunded. */
  ordersToFulfill: { input: place, output: orderPage },
});

/** The door to each part's audit log, among others. */
export const auditDoors = {
  product: productVerification,
  promotion: promotionVerification,
  member: memberVerification,
  order: orderVerification,
  logistics: logisticsVerification,
};

/** How long something may be on its way between two subgraphs before it counts as lost, milliseconds. */
export const onItsWayMs = 120_000;
