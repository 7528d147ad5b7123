import type { Logger } from 'pino';
import { busy } from '#kit/graphql/errors.ts';
import { logisticsOperations } from '#kit/neighbours/logistics.ts';
import { memberOperations } from '#kit/neighbours/member.ts';
import { orderEdits } from '#kit/neighbours/order-edits.ts';
import { productOperations } from '#kit/neighbours/product.ts';
import { promotionOperations } from '#kit/neighbours/promotion.ts';
import { regrouping } from '#kit/neighbours/regrouping.ts';
import { logisticsReturns } from '#kit/neighbours/returns.ts';
import { neighbourOf, type Neighbour } from '#kit/transport/neighbours.ts';
import { NeighbourError, type Transport } from '#kit/transport/transport.ts';
import { mayComeAgainAfterMs } from '#kit/transport/unanswered.ts';

export type Product = Neighbour<typeof productOperations>;
export type Promotion = Neighbour<typeof promotionOperations>;
export type MemberNeighbour = Neighbour<typeof memberOperations>;
export type Logistics = Neighbour<typeof logisticsOperations>;
export type Returns = Neighbour<typeof logisticsReturns>;

export type OrderEditing = Neighbour<typeof orderEdits>;

export type WarehouseRegrouping = Neighbour<typeof regrouping>;

/** The subgraphs that an order needs. */
export interface Neighbours {
  readonly product: Product;
  readonly promotion: Promotion;
  readonly member: MemberNeighbour;
  readonly logistics: Logistics;
  /** Logistics, for goods that are not to be sent after all or that come back. */
  readonly returns: Returns;
  /** Logistics, for orders that are split or merged. */
  readonly regrouping: WarehouseRegrouping;
  /** Logistics, for paid orders whose goods are changed. */
  readonly orderEdits: OrderEditing;
}

/** The neighbours behind a transport. */
export function neighboursBehind(transport: Transport): Neighbours {
  return {
    product: neighbourOf(productOperations, transport),
    promotion: neighbourOf(promotionOperations, transport),
    member: neighbourOf(memberOperations, transport),
    logistics: neighbourOf(logisticsOperations, transport),
    returns: neighbourOf(logisticsReturns, transport),
    regrouping: neighbourOf(regrouping, transport),
    orderEdits: neighbourOf(orderEdits, transport),
  };
}

/**
 * What a caller is told when a neighbour could not be asked: BUSY, try again; the reason is logged. Any other error comes out as it is, among them a refusal
 * of our own call, which would be refused again.
 */
export function askAgain(error: unknown, log: Pick<Logger, 'warn'>): unknown {
  if (!(error instanceof NeighbourError)) return error;
  const afterMs = mayComeAgainAfterMs(error);
  if (afterMs === null) return error;
  log.warn({ err: error, target: error.target }, 'a neighbour could not be asked');
  return busy(afterMs);
}
