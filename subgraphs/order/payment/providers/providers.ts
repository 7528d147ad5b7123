import type { PaymentProviderName } from '../domain/payment.ts';
import type { PaymentProvider, RefundMoney } from './payment-provider.ts';

/** The providers that can be used here. */
export interface Providers {
  byName(name: PaymentProviderName): PaymentProvider | null;
  /** Gives money back through the provider that a payment came by. Throws when that one can't be used any more: the refund waits. */
  readonly refundMoney: RefundMoney;
}

/** Collects the providers that the configuration allows. */
export function createProviders(usable: readonly PaymentProvider[]): Providers {
  const byName = (name: PaymentProviderName) => usable.find((provider) => provider.name === name) ?? null;
  return {
    byName,
    async refundMoney(payment, refund, again) {
      // The partner has the money of an order that was paid in its own shop, and gives it back there.
      if (payment.provider === 'EXTERNAL') return 'SUCCEEDED';
      const provider = byName(payment.provider);
      if (provider === null) throw new Error(`the provider ${payment.provider} can't be used here`);
      const known = again ? await provider.queryRefund(payment, refund) : 'UNKNOWN';
      return known === 'UNKNOWN' ? provider.refund(payment, refund) : known;
    },
  };
}
