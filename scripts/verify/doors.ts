import {
  logisticsVerification,
  memberVerification,
  orderVerification,
  productVerification,
  promotionVerification,
} from '#kit/neighbours/verification.ts';
import { neighbourOf } from '#kit/transport/neighbours.ts';
import type { Transport } from '#kit/transport/transport.ts';

/** Each owner's doors for whoever compares the books. */
export type Doors = ReturnType<typeof doorsBehind>;

/** The doors behind a transport. */
export function doorsBehind(transport: Transport) {
  return {
    product: neighbourOf(productVerification, transport),
    member: neighbourOf(memberVerification, transport),
    promotion: neighbourOf(promotionVerification, transport),
    order: neighbourOf(orderVerification, transport),
    logistics: neighbourOf(logisticsVerification, transport),
  };
}
