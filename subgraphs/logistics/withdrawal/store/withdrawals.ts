import type { Connection } from 'mongoose';
import { defineModel } from '#kit/mongo/connect.ts';
import type { Session } from '#kit/mongo/transaction.ts';
import type { WithdrawnLine } from '../domain/withdraw.ts';

/** Units that were taken out of what an order was to be sent. */
export interface Withdrawal {
  readonly id: string;
  readonly orderId: string;
  readonly lines: readonly WithdrawnLine[];
  readonly at: Date;
}

type WithdrawalRow = Omit<Withdrawal, 'id'> & { _id: string };

/** What was withdrawn, so that a repetition withdraws nothing. */
export interface Withdrawals {
  isMade(session: Session, id: string): Promise<boolean>;
  add(session: Session, withdrawal: Withdrawal): Promise<void>;
}

const text = { type: String, required: true } as const;

/** Opens the collection `withdrawals`. */
export function createWithdrawals(connection: Connection): Withdrawals {
  const model = defineModel<WithdrawalRow>(
    connection,
    'Withdrawal',
    {
      _id: text,
      orderId: text,
      lines: [{ orderLineId: text, quantity: { type: Number, required: true } }],
      at: { type: Date, required: true },
    },
    { collection: 'withdrawals', indexes: [{ key: { orderId: 1 } }] },
  );
  return {
    isMade: async (session, id) => (await model.exists({ _id: id }).session(session).exec()) !== null,
    async add(session, { id, ...fields }) {
      await model.create([{ _id: id, ...fields }], { session });
    },
  };
}
