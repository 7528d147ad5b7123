import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '#kit/clock/clock.ts';
import type { Payment } from '../domain/payment.ts';
import { NotificationRefused, type PaymentProvider, type RawNotification } from './payment-provider.ts';

const timestampHeader = 'x-test-payment-timestamp';
const signatureHeader = 'x-test-payment-signature';
const windowSeconds = 300;

const body = z.strictObject({
  paymentId: z.string().max(100),
  orderId: z.string().max(100),
  transactionId: z.string().min(1).max(100),
  outcome: z.enum(['SUCCEEDED', 'FAILED']),
  amountMinor: z.number().int().nonnegative(),
  currency: z.string().length(3),
});

/** Signs a callback as the platform for development does: HMAC-SHA256 over the time in seconds, a line break and the raw body. */
export function signTestNotification(secret: string, rawBody: Buffer, at: Date): RawNotification {
  const timestamp = String(Math.floor(at.getTime() / 1000));
  return {
    rawBody,
    headers: {
      [timestampHeader]: timestamp,
      [signatureHeader]: signatureOf(secret, timestamp, rawBody).toString('hex'),
    },
  };
}

/**
 * The provider for development: takes every payment at once, and says so by a signed callback like the real ones. It keeps nothing: the same key always
 * gets the same answer.
 */
export function createTestProvider({
  secret,
  clock,
}: {
  readonly secret: string;
  readonly clock: Clock;
}): PaymentProvider {
  return {
    name: 'TEST',
    takes: () => true,
    payerApp: () => null,
    async begin(payment: Payment) {
      const said = {
        paymentId: payment._id,
        orderId: payment.orderId,
        transactionId: `test-${payment._id}`,
        outcome: 'SUCCEEDED',
        amountMinor: payment.amountMinor,
        currency: payment.currency,
      };
      return {
        clientParameters: null,
        notification: signTestNotification(secret, Buffer.from(JSON.stringify(said)), clock.now()),
      };
    },

    verify({ rawBody, headers }, now) {
      const timestamp = headers[timestampHeader] ?? '';
      const given = Buffer.from(headers[signatureHeader] ?? '', 'hex');
      const right = signatureOf(secret, timestamp, rawBody);
      if (given.length !== right.length || !timingSafeEqual(given, right)) throw new NotificationRefused('SIGNATURE');
      const ageSeconds = now.getTime() / 1000 - Number(timestamp);
      if (!(Math.abs(ageSeconds) <= windowSeconds)) throw new NotificationRefused('TIME');
      const read = body.safeParse(jsonOf(rawBody));
      if (!read.success) throw new NotificationRefused('BODY');
      return { about: 'PAYMENT', said: read.data };
    },

    query: async () => ({ state: 'UNKNOWN' }),
    close: async () => true,
    refund: async () => 'SUCCEEDED',
    queryRefund: async () => 'UNKNOWN',
  };
}

function signatureOf(secret: string, timestamp: string, rawBody: Buffer): Buffer {
  return createHmac('sha256', secret).update(`${timestamp}\n`).update(rawBody).digest();
}

function jsonOf(rawBody: Buffer): unknown {
  try {
    return JSON.parse(rawBody.toString('utf8'));
  } catch {
    throw new NotificationRefused('BODY');
  }
}
