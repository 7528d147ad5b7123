import type { Logger } from 'pino';
import type { Clock } from '#kit/clock/clock.ts';
import { nextAsk } from '../domain/next-ask.ts';
import type { Payment } from '../domain/payment.ts';
import type { PaymentProvider } from '../providers/payment-provider.ts';
import type { Providers } from '../providers/providers.ts';
import type { Payments } from '../store/payments.ts';
import type { SettlePayment } from './settle-payment.ts';

interface AskParts {
  readonly payments: Payments;
  readonly providers: Providers;
  readonly settlePayment: SettlePayment;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'error'>;
}

/** A payment that the provider has never heard of may still be brought to it by the shopper's device until the order expires, and a little later. */
const arrivesWithinMs = 60_000;

export type AskProvider = ReturnType<typeof createAskProvider>;

/**
 * Asks the provider how far a payment is and makes its answer true here: a callback that never came, an answer that got lost, an intent that is no longer wanted
 * and has to be closed there too. Throws ProviderError when the provider can't be asked.
 */
export function createAskProvider({ payments, providers, settlePayment, clock, log }: AskParts) {
  async function giveUp(payment: Payment, provider: PaymentProvider): Promise<void> {
    if (await provider.close(payment)) await payments.closeForGood(payment._id);
  }

  return async function askProvider(payment: Payment): Promise<void> {
    const now = clock.now();
    await payments.askAgainAt(payment._id, nextAsk(payment.task?.asks ?? 0, now));
    const provider = providers.byName(payment.provider);
    if (provider === null) throw new Error(`the provider ${payment.provider} can't be used here`);
    const answer = await provider.query(payment);
    switch (answer.state) {
      case 'SUCCEEDED':
      case 'FAILED': {
        const { result } = await settlePayment(payment, answer.said);
        if (result === 'APPLIED' || result === 'DUPLICATE') return;
        log.error(
          { paymentId: payment._id, reason: result },
          'a provider says another thing of a payment than was asked',
        );
        return;
      }
      case 'CLOSED':
        return payments.closeForGood(payment._id);
      case 'OPEN':
        return payment.status === 'PENDING' ? undefined : giveUp(payment, provider);
      case 'UNKNOWN': {
        const over = now.getTime() - (payment.task?.expiresAt ?? payment.createdAt).getTime() > arrivesWithinMs;
        return payment.status !== 'PENDING' && over ? payments.closeForGood(payment._id) : undefined;
      }
    }
  };
}
