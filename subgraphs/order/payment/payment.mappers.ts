import type { Payment } from './domain/payment.ts';
import type { Difference, Reconciliation } from './domain/reconciliation.ts';

export type PaymentMapper = Payment;
export type PaymentReconciliationMapper = Reconciliation;
export type ReconciliationDifferenceMapper = Difference;
