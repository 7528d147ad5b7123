import { hasScope, type Viewer } from '#kit/viewer/viewer.ts';
import { shopperRejection } from '../../quote/domain/scope.ts';
import type { CouponTemplate } from '../domain/coupon-template.ts';

/** The template if the viewer may see it on its own: staff see all, shoppers those for them whose window is open. */
export function visibleTemplate(template: CouponTemplate | null, viewer: Viewer, at: Date): CouponTemplate | null {
  if (!template) return null;
  if (hasScope(viewer, 'promotion:write')) return template;
  const open = template.startsAt <= at && at < template.endsAt;
  const shopper = { memberId: viewer.id, tierLevel: viewer.tierLevel, channel: viewer.channel };
  return open && shopperRejection(template.scope, shopper) === null ? template : null;
}
