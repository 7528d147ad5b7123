import type { QuoteFacts, QuoteStepFacts } from '#kit/neighbours/promotion.ts';

/** Promotion's answer as it is. */
export type QuoteMapper = QuoteFacts;

export interface QuoteLineMapper {
  readonly currency: string;
  readonly line: QuoteFacts['lines'][number];
}

export interface QuoteStepMapper {
  readonly currency: string;
  readonly step: QuoteStepFacts;
}

export interface QuoteRejectionMapper {
  readonly currency: string;
  readonly rejection: QuoteFacts['rejected'][number];
}
