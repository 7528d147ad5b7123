import { z } from 'zod';
import { defineOperations } from '#kit/transport/neighbours.ts';
import { viewerSchema } from '#kit/viewer/viewer.ts';
import { addressShape, outcomeOf } from './shapes.ts';

/** Doors of the member subgraph for its neighbours. */
export const memberOperations = defineOperations('member', {
  /** The public keys (JWKS) with which access tokens are verified; private keys never leave the member subgraph. */
  jwks: { input: z.object({}), output: z.object({ keys: z.array(z.record(z.string(), z.unknown())) }) },
  /** The partner behind an API key, or null when the key is unknown, expired or revoked. */
  authenticateApiKey: {
    input: z.object({ key: z.string().max(200) }),
    output: z.object({ viewer: viewerSchema.pick({ kind: true, id: true, roles: true, scopes: true }).nullable() }),
  },
  /** What checkout needs to know of a member. Null when there is none. */
  checkoutFacts: {
    input: z.object({ memberId: z.string() }),
    output: z.object({
      member: z.object({ tierLevel: z.number().int(), pointsSpendable: z.number().int().nonnegative() }).nullable(),
    }),
  },
  /** One of the member's own addresses; null when it doesn't exist or is somebody else's. `addressId` null asks for the default one. */
  addressOf: {
    input: z.object({ memberId: z.string(), addressId: z.string().nullable() }),
    output: z.object({ address: addressShape.nullable() }),
  },
  /** Freezes points for an order, oldest expiry first. Idempotent by order id. Refuses with `InsufficientPointsError`. */
  holdPoints: {
    input: z.object({ memberId: z.string(), orderId: z.string(), points: z.number().int().positive() }),
    output: outcomeOf(z.object({ held: z.number().int() })),
  },
  /** Gives back what `holdPoints` froze. Idempotent; an order without a hold is left alone. */
  releasePoints: { input: z.object({ orderId: z.string() }), output: z.object({ released: z.number().int() }) },
});
