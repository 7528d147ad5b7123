import type { Logger } from 'pino';
import type { Job } from '#kit/jobs/jobs.ts';
import type { AskProvider } from '../actions/ask-provider.ts';
import type { Payments } from '../store/payments.ts';

interface AskParts {
  readonly payments: Payments;
  readonly askProvider: AskProvider;
  readonly log: Pick<Logger, 'warn'>;
}

const everyMs = 5_000;
const batch = 100;

/** Asks the providers about payments that they have not had the last word on, and closes there what is no longer wanted here. */
export function askProviders({ payments, askProvider, log }: AskParts): Job {
  return {
    name: 'ask-providers',
    everyMs,
    hasWork: async (now) => (await payments.toAsk(now, 1)).length > 0,
    async run({ now, signal }) {
      for (const payment of await payments.toAsk(now, batch)) {
        signal.throwIfAborted();
        try {
          await askProvider(payment);
        } catch (error) {
          log.warn({ err: error, paymentId: payment._id }, 'a provider could not be asked about a payment yet');
        }
      }
    },
  };
}
