import { hasScope, memberIdOf, memberIdOrNull, type Viewer } from '#kit/viewer/viewer.ts';
import type { Actor, Order } from './order/domain/order.ts';

/** Who shops, and where. */
export interface Shopper {
  /** Null for a guest, and for anybody else who is no member. */
  readonly memberId: string | null;
  readonly channel: string;
}

/** A shopper who is signed in. */
export interface Member extends Shopper {
  readonly memberId: string;
}

/** The shopper behind a viewer. */
export function shopperOf(viewer: Viewer): Shopper {
  return { memberId: memberIdOrNull(viewer), channel: viewer.channel };
}

/** The member behind a viewer. Throws UNAUTHENTICATED for anybody else. */
export function memberOf(viewer: Viewer): Member {
  return { memberId: memberIdOf(viewer), channel: viewer.channel };
}

/** How the timeline names a viewer: never a personal name. */
export function actorOf(viewer: Viewer): Actor {
  if (viewer.kind === 'MEMBER') return 'member';
  if (viewer.kind === 'PARTNER') return 'partner';
  return viewer.kind === 'SYSTEM' ? 'system' : 'staff';
}

/**
 * Whether an order exists for a viewer: members see their own, partners what they imported, staff with `order:read` or `fulfillment:write` all. What
 * the saga has not confirmed exists for nobody.
 */
export function maySee(viewer: Viewer, order: Pick<Order, 'visible' | 'memberId' | 'external'>): boolean {
  if (!order.visible) return false;
  if (viewer.kind === 'MEMBER') return order.memberId !== null && order.memberId === viewer.id;
  if (viewer.kind === 'PARTNER') return order.external !== null && order.external.partnerId === viewer.id;
  return hasScope(viewer, 'order:read') || hasScope(viewer, 'fulfillment:write');
}

/** Whether a viewer who sees an order may also change it: its member, and staff with `order:write`. */
export function mayChange(viewer: Viewer): boolean {
  return viewer.kind === 'MEMBER' || hasScope(viewer, 'order:write');
}
