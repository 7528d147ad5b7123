import { z } from 'zod';

/** Integer minor units of the currency named beside it. */
export const minor = z.number().int();
export const moneyShape = z.object({ minor, currency: z.string().length(3) });
/** ISO 8601 instant in UTC. */
export const instant = z.iso.datetime();
export const quantity = z.number().int().positive();
/**
 * Which attempt of an order to hold what it needs: 1 when it is placed, one more each time it begins anew. A later attempt carries on what an earlier one still
 * holds, and takes again what it gave back; nothing that comes late of an earlier attempt touches a later one.
 */
export const attempt = z.number().int().positive().default(1);
export const addressShape = z.object({
  recipient: z.string(),
  phone: z.string(),
  region: z.string(),
  city: z.string(),
  line: z.string(),
  postalCode: z.string().nullable(),
});
export type AddressFacts = z.infer<typeof addressShape>;
/** Where an order of the past can stand. */
export const pastOrderStatus = z.enum([
  'PENDING_PAYMENT',
  'PAID',
  'PARTIALLY_SHIPPED',
  'SHIPPED',
  'DELIVERED',
  'COMPLETED',
  'CANCELLED',
  'CLOSED',
]);
/** Where any order can stand: orders of our own are also split and merged. */
export const orderStatus = z.enum([...pastOrderStatus.options, 'SPLIT', 'MERGED']);

/** A business refusal on its way between neighbours: GraphQL type, code, path and facts (see kit/user-error). */
export const refusalShape = z.looseObject({
  type: z.string(),
  code: z.string(),
  path: z.array(z.string()).optional(),
});

/** Either the value or the reasons why not. */
export function outcomeOf<T extends z.ZodType>(value: T) {
  return z.discriminatedUnion('ok', [
    z.object({ ok: z.literal(true), value }),
    z.object({ ok: z.literal(false), refusals: z.array(refusalShape).min(1) }),
  ]);
}
