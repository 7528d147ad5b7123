/** A transaction that several stores write in. */
export type { ClientSession as Session } from 'mongoose';
