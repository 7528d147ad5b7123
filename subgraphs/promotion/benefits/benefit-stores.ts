import type { ClaimBookStore } from '../coupon/store/claim-books.ts';
import type { CouponTemplateStore } from '../coupon/store/coupon-templates.ts';
import type { CouponStore } from '../coupon/store/coupons.ts';
import type { FlashSaleStore } from '../flash-sale/store/flash-sales.ts';
import type { FlashTicketStore } from '../flash-sale/store/flash-tickets.ts';
import type { PresaleStore } from '../presale/store/presales.ts';
import type { PromotionStore } from '../promotion/store/promotions.ts';
import type { BenefitLockStore } from './store/benefit-locks.ts';

/** Everything that an order can hold something of. */
export interface BenefitStores {
  readonly locks: BenefitLockStore;
  readonly promotions: PromotionStore;
  readonly templates: CouponTemplateStore;
  readonly claimBooks: ClaimBookStore;
  readonly coupons: CouponStore;
  readonly sales: FlashSaleStore;
  readonly tickets: FlashTicketStore;
  readonly presales: PresaleStore;
}
