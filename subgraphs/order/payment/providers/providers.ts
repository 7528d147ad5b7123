import type { Payment, PaymentProviderName } from '../domain/payment.ts';
import type { PaymentProvider, RefundIntent } from './payment-provider.ts';

/** The providers that can be used here. */
export interface Providers {
  byName(name: PaymentProviderName): PaymentProvider | null;
  /** Gives money back through the provider that a payment came by. Throws when that one can't be used any more: the refund waits. */
  refundMoney(payment: Payment, refund: RefundIntent): Promise<void>;
}

/** Collects the providers that the configuration allows. */
export function createProviders(usable: readonly PaymentProvider[]): Providers {
  const byName = (name: PaymentProviderName) => usable.find((provider) => provider.name === name) ?? null;
  return {
    byName,
    async refundMoney(payment, refund) {
      // The partner has the money of an order that was paid in its own shop, and gives it back there.
      if (payment.provider === 'EXTERNAL') return;
      const provider = byName(payment.provider);
      if (provider === null) throw new Error(`the provider ${payment.provider} can't be used here`);
      await provider.refund(payment, refund);
    },
  };
}
