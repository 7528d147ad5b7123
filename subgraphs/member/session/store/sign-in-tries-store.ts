import type { Connection } from 'mongoose';
import { networkOf } from '#kit/client-address/network-of.ts';
import { defineCollection } from '#kit/mongo/connect.ts';
import { isDuplicateKey } from '#kit/mongo/transaction.ts';
import type { PersonalData } from '#kit/personal-data/personal-data.ts';

interface TriesRow {
  _id: string;
  /** Wrong passwords in the present window. */
  wrong: number;
  /** When the window ends in which they count; null before the first wrong one. */
  windowEndsAt: Date | null;
  /** Tries whose password is being compared right now. They count as wrong until they are known to be right. */
  underWay: { token: string; until: Date }[];
  removeAt: Date;
}

interface AddressRow {
  /** The blind index of the client's network: who reads the database doesn't learn where people are. */
  _id: string;
  /** Tries in the present window that were not right, or are not known to be yet. */
  tries: number;
  windowEndsAt: Date;
  removeAt: Date;
}

interface CountRow {
  _id: string;
  count: number;
  removeAt: Date;
}

/** What became of asking for a try: `GO` with the try's token; `WAIT` while others are under way; or none until a time. */
export type TryAnswer =
  | { readonly may: 'GO' }
  | { readonly may: 'WAIT' }
  | { readonly may: 'NOT_UNTIL'; readonly until: Date };

/** Limits of signing in, which operators may change. */
export interface SignInLimits {
  /** Wrong passwords per account and window. */
  readonly tries: number;
  /** Tries that fail, per client network and window. */
  readonly triesPerAddress: number;
  /** Length of the window, milliseconds. */
  readonly windowMs: number;
}

/** The record of wrong passwords. */
export type SignInTriesStore = ReturnType<typeof createSignInTriesStore>;

/** A try that says nothing for so long has died with its process, milliseconds. */
const underWayMs = 15_000;

/** Counts wrong passwords per account, in the database, so that it doesn't matter over which and how many processes the tries are spread. */
export function createSignInTriesStore(
  connection: Connection,
  personalData: Pick<PersonalData, 'blindIndex'>,
  limits: SignInLimits,
) {
  const rows = defineCollection<TriesRow>(connection, 'sign_in_tries', [
    { key: { removeAt: 1 }, expireAfterSeconds: 0 },
  ]);
  const addresses = defineCollection<AddressRow>(connection, 'sign_in_addresses', [
    { key: { removeAt: 1 }, expireAfterSeconds: 0 },
  ]);
  const placeOf = (address: string) => personalData.blindIndex('CLIENT_ADDRESS', networkOf(address));
  const counts = defineCollection<CountRow>(connection, 'sign_up_counts', [
    { key: { removeAt: 1 }, expireAfterSeconds: 0 },
  ]);

  return {
    /** Asks for a try. At no moment are more tries under way than wrong ones are left. */
    async begin(account: string, token: string, now: Date): Promise<TryAnswer> {
      const windowOpen = { $gt: [{ $ifNull: ['$windowEndsAt', new Date(0)] }, now] };
      const present = {
        wrong: { $cond: [windowOpen, { $ifNull: ['$wrong', 0] }, 0] },
        windowEndsAt: { $cond: [windowOpen, '$windowEndsAt', null] },
        underWay: {
          $filter: { input: { $ifNull: ['$underWay', []] }, as: 'one', cond: { $gt: ['$$one.until', now] } },
        },
        removeAt: new Date(now.getTime() + limits.windowMs + underWayMs),
      };
      const isFree = { $lt: [{ $add: ['$wrong', { $size: '$underWay' }] }, limits.tries] };
      const mine = { token, until: new Date(now.getTime() + underWayMs) };
      const joined = { $cond: [isFree, { $concatArrays: ['$underWay', [mine]] }, '$underWay'] };
      const update = [{ $set: present }, { $set: { underWay: joined } }];
      const ask = () => rows().findOneAndUpdate({ _id: account }, update, { upsert: true, returnDocument: 'after' });
      // Two first tries may both want to insert the row; the second then finds it.
      const row = await ask().catch((error: unknown) => {
        if (isDuplicateKey(error)) return ask();
        throw error;
      });
      if (row === null || row.underWay.some((one) => one.token === token)) return { may: 'GO' };
      if (row.wrong >= limits.tries && row.windowEndsAt !== null) return { may: 'NOT_UNTIL', until: row.windowEndsAt };
      return { may: 'WAIT' };
    },

    /** Records how a try ended. A right password forgives the wrong ones before it. */
    async end(account: string, token: string, wasRight: boolean, now: Date): Promise<void> {
      const underWay = {
        $filter: { input: '$underWay', as: 'one', cond: { $ne: ['$$one.token', { $literal: token }] } },
      };
      const windowEndsAt = { $ifNull: ['$windowEndsAt', new Date(now.getTime() + limits.windowMs)] };
      const ended = wasRight
        ? { underWay, wrong: 0, windowEndsAt: null }
        : { underWay, wrong: { $add: ['$wrong', 1] }, windowEndsAt };
      await rows().updateOne({ _id: account }, [{ $set: ended }]);
    },

    /** Counts one more try from a client address, before anybody knows whether it is right. Until when there may be none, else null. */
    async beginFrom(address: string, now: Date): Promise<Date | null> {
      const windowOpen = { $gt: [{ $ifNull: ['$windowEndsAt', new Date(0)] }, now] };
      const windowEndsAt = { $cond: [windowOpen, '$windowEndsAt', new Date(now.getTime() + limits.windowMs)] };
      const before = { $cond: [windowOpen, { $ifNull: ['$tries', 0] }, 0] };
      // One more than there may be says that there are too many; no more are counted, so that every try that proves right frees one.
      const tries = { $min: [{ $add: [before, 1] }, limits.triesPerAddress + 1] };
      const removeAt = new Date(now.getTime() + limits.windowMs);
      const id = await placeOf(address);
      const count = () =>
        addresses().findOneAndUpdate({ _id: id }, [{ $set: { tries, windowEndsAt, removeAt } }], {
          upsert: true,
          returnDocument: 'after',
        });
      const row = await count().catch((error: unknown) => {
        if (isDuplicateKey(error)) return count();
        throw error;
      });
      return row !== null && row.tries > limits.triesPerAddress ? row.windowEndsAt : null;
    },

    /** Takes a try from a client address back: it was right. */
    async forgiveFrom(address: string): Promise<void> {
      await addresses().updateOne({ _id: await placeOf(address), tries: { $gt: 0 } }, { $inc: { tries: -1 } });
    },

    /** Counts one more sign-up in the present minute and answers how many that makes. */
    async countSignUp(now: Date): Promise<number> {
      const minute = now.toISOString().slice(0, 16);
      const removeAt = new Date(now.getTime() + 5 * 60_000);
      const count = () =>
        counts().findOneAndUpdate(
          { _id: minute },
          { $inc: { count: 1 }, $set: { removeAt } },
          { upsert: true, returnDocument: 'after' },
        );
      const row = await count().catch((error: unknown) => {
        if (isDuplicateKey(error)) return count();
        throw error;
      });
      return row?.count ?? 1;
    },
  };
}
