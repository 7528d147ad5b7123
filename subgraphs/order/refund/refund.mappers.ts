import type { Refund } from './domain/refund.ts';

export type RefundMapper = Refund;
