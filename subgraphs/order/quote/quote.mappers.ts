import type { QuoteFacts } from '#kit/neighbours/promotion.ts';
import type { PriceStep } from '../order/domain/order.ts';

/** Promotion's answer as it is. */
export type QuoteMapper = QuoteFacts;

export interface QuoteLineMapper {
  readonly currency: string;
  readonly line: QuoteFacts['lines'][number];
}

export interface QuoteStepMapper {
  readonly currency: string;
  readonly step: PriceStep;
}

export interface QuoteRejectionMapper {
  readonly currency: string;
  readonly rejection: QuoteFacts['rejected'][number];
}
