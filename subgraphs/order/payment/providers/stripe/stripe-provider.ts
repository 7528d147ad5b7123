import { z } from 'zod';
import { currencyDigits } from '#kit/money/currency.ts';
import type { Payment } from '../../domain/payment.ts';
import { boundsOfDay, type Movement } from '../../domain/reconciliation.ts';
import {
  NotificationRefused,
  ProviderError,
  type Begun,
  type Notification,
  type PaymentAnswer,
  type PaymentProvider,
  type RefundAnswer,
  type RefundIntent,
} from '../payment-provider.ts';
import { createStripeClient, type StripeAnswer } from './stripe-client.ts';
import type { StripeSettings } from './stripe-settings.ts';
import { verifyWebhook } from './stripe-signature.ts';

const text = z.string().min(1).max(500);
const metadata = z.record(z.string(), z.string()).default({});

const intentShape = z.object({
  id: text,
  status: text,
  amount: z.number().int().nonnegative(),
  amount_received: z.number().int().nonnegative().default(0),
  currency: text,
  client_secret: z.string().nullish(),
  livemode: z.boolean(),
  metadata,
});
type Intent = z.output<typeof intentShape>;

const refundShape = z.object({
  id: text,
  status: z.string().nullable(),
  amount: z.number().int(),
  currency: text,
  payment_intent: z.string().nullable(),
  metadata,
});
const refundsShape = z.object({ data: z.array(refundShape) });

/** Movements of our balance; the source is the charge or the refund, in the currency that the shopper was charged in. */
const balanceShape = z.object({
  has_more: z.boolean(),
  data: z.array(
    z.object({
      id: text,
      type: text,
      source: z.object({ amount: z.number().int(), currency: text, metadata }).nullable(),
    }),
  ),
});

const eventShape = z.object({
  id: text,
  object: z.literal('event'),
  type: text,
  account: z.string().optional(),
  livemode: z.boolean(),
  data: z.object({ object: z.unknown() }),
});

/** Stripe counts these in hundredths, although ISO 4217 gives them no minor unit. */
const countedOtherwise = new Set(['ISK', 'UGX']);
const intents = '/v1/payment_intents';

/** Stripe by payment intents: our client's page takes the card, and Stripe's webhook says that it was charged. */
export function createStripeProvider({ settings }: { readonly settings: StripeSettings }): PaymentProvider {
  const ask = createStripeClient(settings);
  const live = settings.secretKey.includes('_live_');

  /** The body of a success; a refusal, or another shape than is documented, is a ProviderError. */
  function bodyOf<S extends z.ZodType>({ status, body, code }: StripeAnswer, shape: S): z.output<S> {
    if (code !== '') throw new ProviderError('REFUSED', 'STRIPE', `${status} ${code}`);
    const read = shape.safeParse(body);
    if (!read.success) throw new ProviderError('UNKNOWN', 'STRIPE', 'it answered in another shape');
    return read.data;
  }

  const saidOf = (intent: Intent) =>
    ({
      paymentId: intent.metadata['paymentId'] ?? '',
      orderId: intent.metadata['orderId'] ?? '',
      transactionId: intent.id,
      outcome: 'SUCCEEDED',
      amountMinor: intent.amount_received,
      currency: intent.currency.toUpperCase(),
    }) as const;

  function answerOf(payment: Payment, intent: Intent): PaymentAnswer {
    if (intent.metadata['paymentId'] !== payment._id || intent.livemode !== live) {
      throw new ProviderError('UNKNOWN', 'STRIPE', 'it answered about another payment');
    }
    if (intent.status === 'succeeded') return { state: 'SUCCEEDED', said: saidOf(intent) };
    return { state: intent.status === 'canceled' ? 'CLOSED' : 'OPEN' };
  }

  function progressOf(refund: RefundIntent, known: z.output<typeof refundShape>): RefundAnswer {
    if (known.amount !== refund.amountMinor || known.currency.toUpperCase() !== refund.currency) {
      throw new ProviderError('UNKNOWN', 'STRIPE', 'it answered about another refund');
    }
    if (known.status === 'succeeded') return 'SUCCEEDED';
    return known.status === 'failed' || known.status === 'canceled' ? 'FAILED' : 'PENDING';
  }

  return {
    name: 'STRIPE',
    takes: ({ scene, currency, amountMinor }) =>
      (scene === 'WEB' || scene === 'APP') &&
      currencyDigits(currency) <= 2 &&
      !countedOtherwise.has(currency) &&
      amountMinor > 0,
    payerApp: () => null,

    async begin(payment): Promise<Begun> {
      const asked = {
        amount: String(payment.amountMinor),
        currency: payment.currency.toLowerCase(),
        'automatic_payment_methods[enabled]': 'true',
        'metadata[paymentId]': payment._id,
        'metadata[orderId]': payment.orderId,
      };
      const intent = bodyOf(await ask('POST', intents, asked, payment._id), intentShape);
      if (!intent.client_secret) throw new ProviderError('UNKNOWN', 'STRIPE', 'it answered without a client secret');
      return { clientParameters: { clientSecret: intent.client_secret }, reference: intent.id, notification: null };
    },

    async query(payment) {
      const reference = payment.task?.reference;
      // The answer with its name got lost, and with it the secret that it is paid by: nobody can pay it.
      if (reference === undefined) return { state: 'UNKNOWN' };
      return answerOf(payment, bodyOf(await ask('GET', `${intents}/${reference}`), intentShape));
    },

    async close({ _id, task }) {
      // Stripe repeats its answer to a key, refusals too: each try needs its own.
      const key = `${_id}-cancel-${task?.asks ?? 0}`;
      const { code } = await ask('POST', `${intents}/${task?.reference ?? ''}/cancel`, {}, key);
      return code === '';
    },

    async refund(payment, refund) {
      const asked = {
        payment_intent: payment.transactionId ?? '',
        amount: String(refund.amountMinor),
        'metadata[refundId]': refund._id,
        'metadata[orderId]': payment.orderId,
      };
      return progressOf(refund, bodyOf(await ask('POST', '/v1/refunds', asked, refund._id), refundShape));
    },

    async queryRefund(payment, refund) {
      const asked = { payment_intent: payment.transactionId ?? '', limit: '100' };
      const { data } = bodyOf(await ask('GET', '/v1/refunds', asked), refundsShape);
      const known = data.find((one) => one.metadata['refundId'] === refund._id);
      return known === undefined ? 'UNKNOWN' : progressOf(refund, known);
    },

    async statement(day) {
      const { from, to } = boundsOfDay(day);
      const seconds = (at: Date) => String(at.getTime() / 1000);
      const range = { 'created[gte]': seconds(from), 'created[lt]': seconds(to), limit: '100' };
      const moved: Movement[] = [];
      for (let after: string | undefined; ;) {
        const page = { ...range, 'expand[]': 'data.source', ...(after !== undefined && { starting_after: after }) };
        const { data, has_more: more } = bodyOf(await ask('GET', '/v1/balance_transactions', page), balanceShape);
        moved.push(...data.flatMap(movementOf));
        after = data.at(-1)?.id;
        if (!more || after === undefined) return moved;
      }
    },

    verify({ rawBody, headers }, now): Notification {
      verifyWebhook(settings.webhookSecrets, headers['stripe-signature'] ?? '', rawBody, now);
      const event = parsed(eventShape, rawBody);
      const ours = event.livemode === live && (event.account ?? settings.accountId) === settings.accountId;
      if (!ours) throw new NotificationRefused('MERCHANT');
      if (event.type === 'payment_intent.succeeded') {
        const intent = intentShape.safeParse(event.data.object);
        if (!intent.success || intent.data.status !== 'succeeded') throw new NotificationRefused('BODY');
        return { about: 'PAYMENT', said: saidOf(intent.data) };
      }
      const refund = event.type.startsWith('refund.') ? refundShape.safeParse(event.data.object) : null;
      const refundId = refund?.success === true ? refund.data.metadata['refundId'] : undefined;
      // A card that was declined is no end: the shopper may try another one until the intent is cancelled.
      return refundId === undefined ? { about: 'NOTHING' } : { about: 'REFUND', refundId };
    },
  };
}

const subjects = new Map<string, readonly [Movement['subject'], string]>([
  ['charge', ['PAYMENT', 'paymentId']],
  ['payment', ['PAYMENT', 'paymentId']],
  ['refund', ['REFUND', 'refundId']],
  ['payment_refund', ['REFUND', 'refundId']],
]);

/** A movement for our ledger; fees, payouts and what wasn't begun here have none. A charge carries the metadata of its intent. */
function movementOf({ type, source }: z.output<typeof balanceShape>['data'][number]): Movement[] {
  const [subject, name] = subjects.get(type) ?? [];
  const id = name === undefined ? undefined : source?.metadata[name];
  if (subject === undefined || id === undefined || source === null) return [];
  return [{ subject, id, amountMinor: source.amount, currency: source.currency.toUpperCase() }];
}

function parsed<S extends z.ZodType>(shape: S, rawBody: Buffer): z.output<S> {
  try {
    return shape.parse(JSON.parse(rawBody.toString('utf8')));
  } catch {
    throw new NotificationRefused('BODY');
  }
}
