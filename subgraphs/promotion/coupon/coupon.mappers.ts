import type { ConnectionParent } from '#kit/connection/connection.ts';
import type { Coupon } from './domain/coupon.ts';
import type { CouponTemplate } from './domain/coupon-template.ts';

export type CouponMapper = Coupon;
export interface CouponEdgeMapper {
  readonly cursor: string;
  readonly node: Coupon;
}
export type CouponConnectionMapper = ConnectionParent<Coupon>;
export type CouponTemplateMapper = CouponTemplate;
export interface CouponTemplateEdgeMapper {
  readonly cursor: string;
  readonly node: CouponTemplate;
}
export type CouponTemplateConnectionMapper = ConnectionParent<CouponTemplate>;
/** What the gateway tells of a member. */
export interface MemberMapper {
  readonly id: string;
}
