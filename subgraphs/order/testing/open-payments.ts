import { newId } from '#kit/ids/ids.ts';
import { signTestNotification } from '../payment/providers/test-provider.ts';
import { testSecret, type OrderWorld } from './order-world.ts';

/** Attempts to pay that the platform hasn't answered yet, such as a QR code on somebody's screen, and its word that the money came. */
export function openPaymentsIn(world: OrderWorld) {
  const { db, clock } = world;
  return {
    /** An intent over an amount in minor units, of a presale for a part of it; its id. */
    async openPayment(orderId: string, amountMinor: number, part?: 'DEPOSIT' | 'BALANCE'): Promise<string> {
      const _id = newId('payment');
      const row = {
        ...{ _id, orderId, memberId: null, provider: 'TEST', status: 'PENDING', amountMinor, currency: 'CNY' },
        ...{ clientParameters: null, transactionId: null, captured: false, refundedMinor: 0, settledAt: null },
        ...(part === undefined ? {} : { part }),
      };
      const payments = db.connection.collection<{ _id: string }>('payments');
      await payments.insertOne({ ...row, createdAt: clock.now() } as never);
      return _id;
    },

    /** The platform's signed word; the status of our answer to it. */
    async moneyCame(paymentId: string, orderId: string, amountMinor: number): Promise<number> {
      const said = { paymentId, orderId, transactionId: `t-${paymentId}`, outcome: 'SUCCEEDED' };
      const body = Buffer.from(JSON.stringify({ ...said, amountMinor, currency: 'CNY' }));
      const { rawBody, headers } = signTestNotification(testSecret, body, clock.now());
      const answer = await world.subgraph.routes[0]?.handle({ rawBody, headers, query: {}, log: world.subgraph.log });
      return answer?.status ?? 0;
    },
  };
}
