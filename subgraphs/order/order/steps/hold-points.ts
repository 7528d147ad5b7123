import type { MemberNeighbour } from '../../neighbours.ts';
import { attemptOf } from '../domain/order.ts';
import type { PlacingStep } from './placing-step.ts';

/** The points that the order spends are frozen. */
export function holdPoints(member: MemberNeighbour): PlacingStep {
  return {
    name: 'hold-points',
    applies: (order) => order.memberId !== null && order.pointsSpent > 0,
    hold: (order, call) =>
      member.holdPoints(
        { memberId: order.memberId ?? '', orderId: order._id, attempt: attemptOf(order), points: order.pointsSpent },
        call,
      ),
    undo: (order, call) => member.releasePoints({ orderId: order._id, attempt: attemptOf(order) }, call),
  };
}
