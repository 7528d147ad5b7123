import { z } from 'zod';

/** What WeChat Pay says; amounts are fen. Only what is read is named. */

const states = ['SUCCESS', 'REFUND', 'NOTPAY', 'CLOSED', 'REVOKED', 'USERPAYING', 'PAYERROR'] as const;
const text = z.string().min(1).max(200);

export const transactionShape = z.object({
  appid: text,
  mchid: text,
  out_trade_no: text,
  transaction_id: text.optional(),
  trade_state: z.enum(states),
  attach: z.string().optional(),
  amount: z.object({ total: z.number().int().nonnegative(), currency: z.string().default('CNY') }).optional(),
});
export type Transaction = z.infer<typeof transactionShape>;

export const refundShape = z.object({
  out_refund_no: text,
  out_trade_no: text,
  status: z.enum(['SUCCESS', 'CLOSED', 'PROCESSING', 'ABNORMAL']),
  amount: z.object({ refund: z.number().int(), currency: z.string().default('CNY') }),
});

/** What the sealed part of a notification about a refund says. */
export const refundNoticeShape = z.object({ mchid: text, out_trade_no: text, out_refund_no: text });

export const notificationShape = z.object({
  id: text,
  event_type: text,
  resource: z.object({
    algorithm: z.literal('AEAD_AES_256_GCM'),
    ciphertext: z.string().min(1),
    nonce: z.string().min(1).max(32),
    associated_data: z.string().optional(),
  }),
});

export const codeShape = z.object({ code_url: text });
export const prepayShape = z.object({ prepay_id: text });

export const billShape = z.object({ hash_type: z.literal('SHA1'), hash_value: text, download_url: z.url() });
