import type { Payment, PaymentNotification, PaymentProviderName } from '../domain/payment.ts';

/** A callback exactly as it came: signatures are over the raw bytes. */
export interface RawNotification {
  readonly rawBody: Buffer;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

/** A callback that must not be believed. */
export class NotificationRefused extends Error {
  readonly reason: 'SIGNATURE' | 'TIME' | 'BODY';

  constructor(reason: NotificationRefused['reason']) {
    super(`the notification was refused: ${reason}`);
    this.name = 'NotificationRefused';
    this.reason = reason;
  }
}

/** What is handed to a provider to give money back. */
export interface RefundIntent {
  /** The provider's key: repeated calls with it give the money back once. */
  readonly _id: string;
  readonly amountMinor: number;
  readonly currency: string;
}

/** Gives money back through the provider that a payment came by. */
export type RefundMoney = (payment: Payment, refund: RefundIntent) => Promise<void>;

/** Somebody who moves money. */
export interface PaymentProvider {
  readonly name: PaymentProviderName;
  /** Prepares the payment with the provider; repeated calls with the same payment prepare it once. */
  begin(payment: Payment): Promise<{
    readonly clientParameters: Readonly<Record<string, string>> | null;
    /** What the provider would call back with, where it answers at once. */
    readonly notification: RawNotification | null;
  }>;
  /** Reads a callback. Throws NotificationRefused unless it is the provider's own word, said now. */
  verify(raw: RawNotification, now: Date): PaymentNotification;
  readonly refund: RefundMoney;
}
