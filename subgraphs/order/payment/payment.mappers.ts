import type { Payment } from './domain/payment.ts';

export type PaymentMapper = Payment;
