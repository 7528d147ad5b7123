import type { PresalePart } from '../../presale/domain/order-presale.ts';

/** Who moves the money. */
export const paymentProviders = ['TEST', 'WECHAT_PAY', 'ALIPAY', 'STRIPE', 'EXTERNAL'] as const;
export type PaymentProviderName = (typeof paymentProviders)[number];

export type PaymentStatus = 'PENDING' | 'SUCCEEDED' | 'FAILED' | 'CLOSED';

/** Where the shopper is while paying. */
export type PaymentScene = 'MINI_PROGRAM' | 'APP' | 'WEB' | 'QR_CODE';

/** What was asked of the provider, and when to ask it next. */
export interface PaymentTask {
  readonly scene: PaymentScene;
  /** When the order closes: the provider takes no money after that. */
  readonly expiresAt: Date;
  /** The provider's own name for it, where it must be asked by that. */
  readonly reference?: string;
  /** When to ask how far it is; absent once the provider's word is final. */
  readonly askAt?: Date;
  /** How often it was asked. */
  readonly asks: number;
}

/** An attempt to pay an order: an intent that the provider's notification must match. Amounts are minor units. */
export interface Payment {
  readonly _id: string;
  readonly orderId: string;
  readonly memberId: string | null;
  readonly provider: PaymentProviderName;
  readonly status: PaymentStatus;
  readonly amountMinor: number;
  /** Which part of a presale order it pays; absent: the whole of an order. */
  readonly part?: PresalePart;
  /** The edit of the order that it pays; absent: it pays the order itself. */
  readonly editId?: string;
  readonly currency: string;
  /** What the client hands to the provider's SDK. */
  readonly clientParameters: Readonly<Record<string, string>> | null;
  /** The provider's own name for the movement of money; null before. */
  readonly transactionId: string | null;
  /** True when this money is what the order was paid with; late or double money goes back. */
  readonly captured: boolean;
  /** Gone back or on its way back: never more than the amount. */
  readonly refundedMinor: number;
  readonly createdAt: Date;
  readonly settledAt: Date | null;
  /** Absent where there is nobody to ask: money that a partner received, orders of the past. */
  readonly task?: PaymentTask;
}

/** What a provider says about a payment, after its signature was verified. */
export interface PaymentNotification {
  readonly paymentId: string;
  readonly orderId: string;
  readonly transactionId: string;
  readonly outcome: 'SUCCEEDED' | 'FAILED';
  readonly amountMinor: number;
  readonly currency: string;
}

/** What is written of a payment when its money has arrived. */
export const moneyArrived = ({ transactionId }: Pick<PaymentNotification, 'transactionId'>, at: Date) =>
  ({ status: 'SUCCEEDED', transactionId, settledAt: at, clientParameters: null }) as const;

/**
 * What of a notification doesn't match the intent it names; null when all does. Money that isn't exactly what was asked for is never counted:
 * a person has to look at it.
 */
export function mismatch(payment: Payment, said: PaymentNotification): 'ORDER' | 'AMOUNT' | 'CURRENCY' | null {
  if (payment.orderId !== said.orderId) return 'ORDER';
  if (payment.currency !== said.currency) return 'CURRENCY';
  if (payment.amountMinor !== said.amountMinor) return 'AMOUNT';
  return null;
}
