import { z } from 'zod';
import { defineOperations } from '#kit/transport/neighbours.ts';
import { viewerSchema } from '#kit/viewer/viewer.ts';
import { addressShape, attempt, instant, outcomeOf } from './shapes.ts';

/** Doors of the member subgraph for its neighbours. */
export const memberOperations = defineOperations('member', {
  /** The public keys (JWKS) with which access tokens are verified; private keys never leave the member subgraph. */
  jwks: { input: z.object({}), output: z.object({ keys: z.array(z.record(z.string(), z.unknown())) }) },
  /**
   * The sessions that ended at `since` or later, of those whose access tokens may still be out; all of these when `since` is null. Ask again from
   * `asOf`, which leaves room for what was being written meanwhile.
   */
  endedSessions: {
    input: z.object({ since: instant.nullable() }),
    output: z.object({ sessionIds: z.array(z.string()), asOf: instant }),
  },
  /** The partner behind an API key, or null when the key is unknown, expired or revoked. */
  authenticateApiKey: {
    input: z.object({ key: z.string().max(200) }),
    output: z.object({
      viewer: viewerSchema.unwrap().pick({ kind: true, id: true, roles: true, scopes: true }).nullable(),
    }),
  },
  /** What checkout needs to know of a member. Null when there is none. */
  checkoutFacts: {
    input: z.object({
      memberId: z.string(),
      /** Whether points matter; absent: yes. */
      points: z.boolean().optional(),
    }),
    output: z.object({
      /** `pointsSpendable` is 0 where points don’t matter. */
      member: z.object({ tierLevel: z.number().int(), pointsSpendable: z.number().int().nonnegative() }).nullable(),
    }),
  },
  /** One of the member's own addresses; null when it doesn't exist or is somebody else's. `addressId` null asks for the default one. */
  addressOf: {
    input: z.object({ memberId: z.string(), addressId: z.string().nullable() }),
    output: z.object({ address: addressShape.nullable() }),
  },
  /** How WeChat calls a member inside one of our apps; null when the member never signed in there. */
  openIdOf: {
    input: z.object({ memberId: z.string(), appId: z.string() }),
    output: z.object({ openId: z.string().nullable() }),
  },
  /**
   * Freezes points for an order, oldest expiry first. Idempotent by order id and attempt; a later attempt with fewer points gives the rest back. Refuses with `InsufficientPointsError`.
   * With `joining` a later attempt holds what the order holds and what is held under that id, which together are `points`: nothing is free in between, and nothing can be missing.
   */
  holdPoints: {
    input: z.object({
      memberId: z.string(),
      orderId: z.string(),
      attempt,
      points: z.number().int().positive(),
      joining: z.string().optional(),
    }),
    output: outcomeOf(z.object({ held: z.number().int() })),
  },
  /** Gives back what `holdPoints` froze. Idempotent; an order without a hold is left alone. */
  releasePoints: {
    input: z.object({ orderId: z.string(), attempt }),
    output: z.object({ released: z.number().int() }),
  },
  /**
   * Adds many members at once, brought along from elsewhere or made up for a demonstration. For our own services only. All of a call or nothing; somebody
   * whose e-mail address or number is known already is answered as they are and left alone, so a call may be repeated.
   */
  loadMembers: {
    input: z.object({
      members: z
        .array(
          z
            .object({
              displayName: z.string(),
              email: z.string().optional(),
              phone: z.string().optional(),
              /** Without one the member can't sign in yet. */
              password: z.string().optional(),
              growth: z.number().int().nonnegative(),
              pointsBalance: z.number().int().nonnegative(),
              /** The first is the default one. */
              addresses: z.array(addressShape).max(20),
              createdAt: instant,
            })
            .refine(({ email, phone }) => email !== undefined || phone !== undefined, 'an e-mail address or a number'),
        )
        .max(500),
    }),
    output: z.object({
      members: z.array(
        z.object({ memberId: z.string(), tierLevel: z.number().int(), addressIds: z.array(z.string()) }),
      ),
    }),
  },
  /** Adds people who work here. For our own services only. Somebody whose e-mail address is known already is left alone. */
  loadStaff: {
    input: z.object({
      staff: z
        .array(
          z.object({ email: z.string(), password: z.string(), displayName: z.string(), roles: z.array(z.string()) }),
        )
        .max(50),
    }),
    output: z.object({ staffIds: z.array(z.string()) }),
  },
  /**
   * Adds a partner with a key for anything but a carrier's reports, or finds the one of that name. For our own services only. `apiKey` chooses the key's text (24 characters or more); a key that is known
   * already is left alone.
   */
  loadPartner: {
    input: z.object({
      name: z.string(),
      scopes: z.array(z.string()),
      apiKey: z.string().min(24).max(200).optional(),
    }),
    output: z.object({ partnerId: z.string(), apiKey: z.string() }),
  },
});
