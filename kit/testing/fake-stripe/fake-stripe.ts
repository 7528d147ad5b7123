import { createHmac, randomBytes } from 'node:crypto';
import { startFakePlatform, type Callback, type FakePlatform, type PlatformAnswer } from '../fake-platform.ts';

const accountId = 'acct_1FakeStripeAccount';

interface Intent {
  readonly id: string;
  readonly amount: number;
  readonly currency: string;
  readonly client_secret: string;
  readonly metadata: Readonly<Record<string, string>>;
  status: 'requires_payment_method' | 'succeeded' | 'canceled';
}

interface IntentRefund {
  readonly id: string;
  readonly amount: number;
  readonly currency: string;
  readonly payment_intent: string;
  readonly metadata: Readonly<Record<string, string>>;
  status: 'pending' | 'succeeded' | 'failed';
}

/** What is wrong with a webhook; nothing unless named. */
export interface StripeForgery {
  readonly secret?: string;
  readonly at?: Date;
  /** `v0`: signed rightly, but named as a scheme that isn't to be trusted. */
  readonly scheme?: 'v0' | 'v1';
  readonly hash?: 'sha1';
  /** Facts of the event, and of the object that it is about, which differ from the truth. */
  readonly event?: object;
  readonly object?: object;
}

/** A stand-in for Stripe that speaks its API over HTTP, with secrets of its own. */
export interface FakeStripe extends FakePlatform {
  /** The settings of its account, for the environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly intents: ReadonlyMap<string, Intent>;
  readonly refunds: ReadonlyMap<string, IntentRefund>;
  /** The intent of a payment of ours. */
  intentOf(paymentId: string): Intent;
  /** The shopper pays with the secret that the client was given. */
  pay(clientSecret: string): void;
  /** The webhook about an intent as it is now, true or forged; to be sent to `url`. */
  intentWebhook(url: string, paymentId: string, type?: string, forgery?: StripeForgery): Callback;
  /** Refunds are under way until this is said. */
  finishRefund(refundId: string, status?: 'succeeded' | 'failed'): void;
  refundWebhook(url: string, refundId: string): Callback;
}

/** Starts it on any free port; `now` is its clock. */
export async function startFakeStripe(now: () => Date): Promise<FakeStripe> {
  const secretKey = `sk_test_${randomBytes(16).toString('hex')}`;
  const webhookSecret = `whsec_${randomBytes(16).toString('hex')}`;
  const intents = new Map<string, Intent>();
  const refunds = new Map<string, IntentRefund>();
  const answered = new Map<string, { asked: string; answer: PlatformAnswer }>();

  /** When money moved, in seconds. */
  const moments = new Map<Intent | IntentRefund, number>();
  const book = (moved: Intent | IntentRefund) => moments.set(moved, Math.floor(now().getTime() / 1000));

  const say = (status: number, what: object): PlatformAnswer => ({ status, body: JSON.stringify(what) });
  const refuse = (status: number, code: string) => say(status, { error: { type: 'invalid_request_error', code } });
  const newId = (kind: string) => `${kind}_${randomBytes(12).toString('hex')}`;
  const shown = (intent: Intent) => ({
    object: 'payment_intent',
    livemode: false,
    amount_received: intent.status === 'succeeded' ? intent.amount : 0,
    ...intent,
  });
  const metadataOf = (form: URLSearchParams) =>
    Object.fromEntries(
      [...form].flatMap(([name, value]) => {
        const inner = /^metadata\[(\w+)\]$/.exec(name)?.[1];
        return inner === undefined ? [] : [[inner, value]];
      }),
    );

  function create(form: URLSearchParams): PlatformAnswer {
    const amount = Number(form.get('amount'));
    if (!Number.isInteger(amount) || amount < 1) return refuse(400, 'parameter_invalid_integer');
    const id = newId('pi');
    const client_secret = `${id}_secret_${randomBytes(12).toString('hex')}`;
    const made = { id, amount, currency: form.get('currency') ?? '', client_secret, metadata: metadataOf(form) };
    intents.set(id, { ...made, status: 'requires_payment_method' });
    return say(200, shown({ ...made, status: 'requires_payment_method' }));
  }

  function refund(form: URLSearchParams): PlatformAnswer {
    const intent = intents.get(form.get('payment_intent') ?? '');
    const amount = Number(form.get('amount'));
    if (intent?.status !== 'succeeded') return refuse(400, 'resource_missing');
    const back = [...refunds.values()].filter(({ payment_intent }) => payment_intent === intent.id);
    if (back.reduce((sum, one) => sum + one.amount, amount) > intent.amount)
      return refuse(400, 'charge_already_refunded');
    const made: IntentRefund = {
      id: newId('re'),
      amount,
      currency: intent.currency,
      payment_intent: intent.id,
      metadata: metadataOf(form),
      status: 'pending',
    };
    refunds.set(made.metadata['refundId'] ?? made.id, made);
    return say(200, made);
  }

  function cancel(intent: Intent | undefined): PlatformAnswer {
    if (intent === undefined) return refuse(404, 'resource_missing');
    if (intent.status === 'succeeded') return refuse(400, 'payment_intent_unexpected_state');
    intent.status = 'canceled';
    return say(200, shown(intent));
  }

  /** The movements of a time, two on a page. */
  function balance(asked: URLSearchParams): object {
    const moved = [...moments].map(([source, at], index) => ({
      id: `txn_${index}`,
      type: 'payment_intent' in source ? 'refund' : 'charge',
      created: at,
      source: { ...source, object: 'payment_intent' in source ? 'refund' : 'charge' },
    }));
    const of = (name: string) => Number(asked.get(name));
    const inTime = moved.filter(({ created }) => created >= of('created[gte]') && created < of('created[lt]'));
    const start = inTime.findIndex(({ id }) => id === asked.get('starting_after')) + 1;
    return { data: inTime.slice(start, start + 2), has_more: inTime.length > start + 2 };
  }

  const platform = await startFakePlatform(({ method, url, headers, rawBody }) => {
    if (headers['authorization'] !== `Bearer ${secretKey}`) return refuse(401, 'invalid_api_key');
    const [, id, ending] = /^\/v1\/payment_intents\/(\w+)(\/cancel)?$/.exec(url.pathname) ?? [];
    if (method === 'GET') {
      if (url.pathname === '/v1/balance_transactions') return say(200, balance(url.searchParams));
      const found = intents.get(id ?? '');
      if (found) return say(200, shown(found));
      if (url.pathname !== '/v1/refunds') return refuse(404, 'resource_missing');
      const of = url.searchParams.get('payment_intent');
      return say(200, { data: [...refunds.values()].filter(({ payment_intent }) => payment_intent === of) });
    }
    const asked = `${url.pathname} ${rawBody.toString('utf8')}`;
    const key = headers['idempotency-key'] ?? newId('key');
    const earlier = answered.get(key);
    if (earlier) return earlier.asked === asked ? earlier.answer : refuse(400, 'idempotency_error');
    const form = new URLSearchParams(rawBody.toString('utf8'));
    const answer =
      ending !== undefined
        ? cancel(intents.get(id ?? ''))
        : url.pathname === '/v1/refunds'
          ? refund(form)
          : create(form);
    answered.set(key, { asked, answer });
    return answer;
  });

  function webhook(url: string, type: string, object: object, forgery: StripeForgery = {}): Callback {
    const { secret = webhookSecret, at = now(), scheme = 'v1', hash = 'sha256' } = forgery;
    const body = JSON.stringify({
      id: newId('evt'),
      object: 'event',
      type,
      livemode: false,
      created: Math.floor(now().getTime() / 1000),
      data: { object: { ...object, ...forgery.object } },
      ...forgery.event,
    });
    const time = Math.floor(at.getTime() / 1000);
    const signature = createHmac(hash, secret).update(`${time}.${body}`).digest('hex');
    return {
      url,
      body,
      headers: { 'content-type': 'application/json', 'stripe-signature': `t=${time},${scheme}=${signature}` },
    };
  }

  function intentOf(paymentId: string): Intent {
    const found = [...intents.values()].find(({ metadata }) => metadata['paymentId'] === paymentId);
    if (found === undefined) throw new Error(`nobody knows ${paymentId}`);
    return found;
  }

  function refundOf(refundId: string): IntentRefund {
    const found = refunds.get(refundId);
    if (found === undefined) throw new Error(`nobody knows ${refundId}`);
    return found;
  }

  return {
    ...platform,
    intents,
    refunds,
    intentOf,
    env: {
      STRIPE_ACCOUNT_ID: accountId,
      STRIPE_SECRET_KEY: secretKey,
      STRIPE_WEBHOOK_SECRETS: webhookSecret,
      STRIPE_API_URL: platform.url,
    },
    pay(clientSecret) {
      const intent = [...intents.values()].find(({ client_secret }) => client_secret === clientSecret);
      if (intent?.status !== 'requires_payment_method') throw new Error(`the intent is ${intent?.status ?? 'unknown'}`);
      intent.status = 'succeeded';
      book(intent);
    },
    intentWebhook: (url, paymentId, type = 'payment_intent.succeeded', forgery = {}) =>
      webhook(url, type, shown(intentOf(paymentId)), forgery),
    finishRefund(refundId, status = 'succeeded') {
      refundOf(refundId).status = status;
      book(refundOf(refundId));
    },
    refundWebhook: (url, refundId) => webhook(url, 'refund.updated', { object: 'refund', ...refundOf(refundId) }),
  };
}
