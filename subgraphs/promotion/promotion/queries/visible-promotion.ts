import { hasScope, type Viewer } from '#kit/viewer/viewer.ts';
import { coversChannel } from '../../quote/domain/scope.ts';
import { promotionStatus, type Promotion } from '../domain/promotion.ts';

/** The promotion if the viewer may see it: whoever runs promotions or studies them sees all, everybody else what runs in their channel. */
export function visiblePromotion(promotion: Promotion | null, viewer: Viewer, at: Date): Promotion | null {
  if (!promotion) return null;
  if (hasScope(viewer, 'promotion:write') || hasScope(viewer, 'analytics:read')) return promotion;
  const runs = promotionStatus(promotion, at) === 'RUNNING';
  return runs && coversChannel(promotion.scope, viewer.channel) ? promotion : null;
}
