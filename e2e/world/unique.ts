import { randomBytes, randomUUID } from 'node:crypto';

/** Eight letters and digits that no other test uses: every scenario makes its own data, so that all can run at once. */
export function uniqueCode(): string {
  return randomBytes(5).readUIntBE(0, 5).toString(36).padStart(8, '0').toUpperCase();
}

/** A key for one intention of a client. */
export function newKey(): string {
  return randomUUID();
}

/** ¥, as an input takes it. */
export function yuan(amount: string): { readonly amount: string; readonly currency: string } {
  return { amount, currency: 'CNY' };
}

/** An instant some hours after another, as an input takes it; before it for negative hours. */
export function hoursAfter(start: Date, hours: number): string {
  return new Date(start.getTime() + hours * 3_600_000).toISOString();
}
