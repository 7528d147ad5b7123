import type { Payment, PaymentNotification, PaymentProviderName, PaymentScene } from '../domain/payment.ts';
import type { Movement } from '../domain/reconciliation.ts';

/** A callback exactly as it came: signatures are over the raw bytes. */
export interface RawNotification {
  readonly rawBody: Buffer;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Why a callback must not be believed. `MERCHANT`: it is signed, but it isn't about us. */
export type RefusalOfNotification = 'SIGNATURE' | 'TIME' | 'BODY' | 'MERCHANT';

/** A callback that must not be believed. */
export class NotificationRefused extends Error {
  readonly reason: RefusalOfNotification;

  constructor(reason: RefusalOfNotification) {
    super(`the notification was refused: ${reason}`);
    this.name = 'NotificationRefused';
    this.reason = reason;
  }
}

/**
 * A provider that didn't do what it was asked. `REFUSED`: it said no, for certain. `UNKNOWN`: its answer got lost or isn't its own; it may have done it.
 */
export class ProviderError extends Error {
  readonly code: 'REFUSED' | 'UNKNOWN';

  constructor(code: ProviderError['code'], provider: PaymentProviderName, message: string, options?: ErrorOptions) {
    super(`${provider}: ${message}`, options);
    this.name = 'ProviderError';
    this.code = code;
  }
}

/** A callback that can be believed. */
export type Notification =
  | { readonly about: 'PAYMENT'; readonly said: PaymentNotification }
  /** Money that went back: how far it is, the provider is asked. */
  | { readonly about: 'REFUND'; readonly refundId: string }
  /** True, but nothing follows from it. */
  | { readonly about: 'NOTHING' };

/** What a provider knows of a payment. `OPEN`: it may still be paid. */
export type PaymentAnswer =
  | { readonly state: 'SUCCEEDED' | 'FAILED'; readonly said: PaymentNotification }
  | { readonly state: 'OPEN' | 'CLOSED' | 'UNKNOWN' };

/** How far money is on its way back. `FAILED`: a person has to see to it at the provider. */
export type RefundAnswer = 'SUCCEEDED' | 'PENDING' | 'FAILED';

/** What is handed to a provider to give money back. */
export interface RefundIntent {
  /** The provider's key: repeated calls with it give the money back once. */
  readonly _id: string;
  readonly amountMinor: number;
  readonly currency: string;
}

/** Gives money back through the provider that a payment came by. `again`: it may have been asked before, so it is asked how far it is first. */
export type RefundMoney = (payment: Payment, refund: RefundIntent, again: boolean) => Promise<RefundAnswer>;

/** Who pays. */
export interface Payer {
  /** How WeChat calls them in the app that `payerApp` names; null otherwise. */
  readonly openId: string | null;
}

/** A payment that the provider expects. */
export interface Begun {
  /** What the client hands to the provider's SDK; null when nothing is needed. */
  readonly clientParameters: Readonly<Record<string, string>> | null;
  /** The provider's own name for the payment, where it must be asked by it. */
  readonly reference?: string;
  /** What the provider would call back with, where it answers at once. */
  readonly notification: RawNotification | null;
}

/** Somebody who moves money. All of it throws ProviderError when the provider doesn't do or say what it was asked. */
export interface PaymentProvider {
  readonly name: PaymentProviderName;
  /** Whether such a payment can be made with it at all. */
  takes(payment: { readonly scene: PaymentScene; readonly currency: string; readonly amountMinor: number }): boolean;
  /** The WeChat app whose user must be known to pay in a scene; null where nobody's name is needed. */
  payerApp(scene: PaymentScene): string | null;
  /** Prepares the payment with the provider; repeated calls with the same payment prepare it once. */
  begin(payment: Payment, payer: Payer): Promise<Begun>;
  /** Asks how far a payment is. */
  query(payment: Payment): Promise<PaymentAnswer>;
  /** Asks the provider to take no money for it any more. True when it won't; false when it must be asked how far it is. */
  close(payment: Payment): Promise<boolean>;
  /** Gives money back; repeated calls with the same refund give it back once. */
  refund(payment: Payment, refund: RefundIntent): Promise<RefundAnswer>;
  /** Asks how far a refund is; `UNKNOWN` when the provider never heard of it. */
  queryRefund(payment: Payment, refund: RefundIntent): Promise<RefundAnswer | 'UNKNOWN'>;
  /** Every movement of money on a day by China's calendar, by the provider's own statement; absent where no statement is read. */
  statement?(day: string): Promise<Movement[]>;
  /** Reads a callback. Throws NotificationRefused unless it is the provider's own word, said now, and about us. */
  verify(raw: RawNotification, now: Date): Notification;
}
