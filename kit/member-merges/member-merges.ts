import type { Clock } from '#kit/clock/clock.ts';
import { crashPoint } from '#kit/crash-points/crash-points.ts';
import { reaction, type Reaction } from '#kit/inbox/inbox.ts';
import type { Job } from '#kit/jobs/jobs.ts';
import { collectionOf, defineCollection } from '#kit/mongo/model.ts';
import type { Database, Session, Transact } from '#kit/mongo/transaction.ts';

/** Two members who turned out to be one: whose rows go, and to whom. */
export interface MergedMembers {
  readonly from: string;
  readonly into: string;
}

/** Something that an owner keeps of members. */
export interface Belongings {
  /** Moves at most `most` rows in the caller's transaction, with whatever counts them, and answers how many; 0 when none is left. */
  move(session: Session, merged: MergedMembers, most: number): Promise<number>;
}

/** What following merges is made of. */
export interface MemberMergesParts {
  readonly belongings: readonly Belongings[];
  readonly transact: Transact;
  readonly clock: Clock;
  /** Done in the transaction in which an owner hears of a merge, besides what is moved. */
  readonly begin?: (merged: MergedMembers, session: Session) => Promise<void>;
  /** Done once, an hour after an owner heard of it and with nothing left to move: what was under way then is over. Must be safe to repeat. */
  readonly settle?: (merged: MergedMembers, signal: AbortSignal) => Promise<void>;
}

/** A merge that an owner follows. */
export interface MemberMergeRow {
  /** The member who is no more. */
  _id: string;
  into: string;
  /** When this owner heard of it. */
  at: Date;
  /** When it is looked next whether something of theirs is here; null when nothing can come any more. */
  dueAt: Date | null;
  /** When a look found nothing left for the first time. */
  movedAt: Date | null;
  settledAt: Date | null;
}

/** Where an owner remembers whom it follows, for those who read it as of one moment. */
export const memberMerges = 'memberMerges';

/** Rows that one transaction moves. */
const movedAtOnce = 200;
const mergesAtOnce = 100;
const shortestPauseMs = 5_000;
/** By then no call that began before the merge is under way, whatever stood still meanwhile. */
const settleAfterMs = 3600_000;
/** By then no event from before can arrive: that is how long the inbox remembers. */
const lastLookAfterMs = 14 * 24 * 3600_000;

/**
 * Lets an owner follow `member.merged`: what it keeps of the member who is no more moves to the other one, so many rows in a transaction, resumed where a crash left it.
 * Few rows move as the event arrives; a job goes on with the rest. What others told of the first member before they heard of the merge may arrive later: it is looked again
 * and again, each time after as long as it has been since the merge.
 */
export function createMemberMerges(connection: Database, parts: MemberMergesParts) {
  const { belongings, transact, clock, begin, settle } = parts;
  const rows = defineCollection<MemberMergeRow>(connection, memberMerges, [
    { key: { dueAt: 1 } },
    { key: { into: 1 } },
  ]);

  /** Moves a batch of everything; how many rows that were at most of one kind. */
  async function moveSome(session: Session, merged: MergedMembers): Promise<number> {
    let most = 0;
    for (const kind of belongings) most = Math.max(most, await kind.move(session, merged, movedAtOnce));
    return most;
  }

  async function hear({ from, into: asTold }: MergedMembers, session: Session): Promise<void> {
    // Merges of one person may be heard of in any order.
    const next = await rows().findOne({ _id: asTold }, { session });
    const merged = { from, into: next?.into ?? asTold };
    const at = clock.now();
    const row = { into: merged.into, at, dueAt: at, movedAt: null, settledAt: null };
    await rows().updateOne({ _id: from }, { $setOnInsert: row }, { upsert: true, session });
    await rows().updateMany({ into: from }, { $set: { into: merged.into } }, { session });
    await begin?.(merged, session);
    await moveSome(session, merged);
  }

  async function look({ _id: from, into, at, movedAt, settledAt }: MemberMergeRow, now: Date, signal: AbortSignal) {
    const merged = { from, into };
    for (let moved = 1; moved > 0;) {
      signal.throwIfAborted();
      moved = await transact(async (session) => {
        const some = await moveSome(session, merged);
        await crashPoint('member-merges.before-commit');
        return some;
      });
      await crashPoint('member-merges.moved');
    }
    const elapsed = now.getTime() - at.getTime();
    const settles = settledAt === null && elapsed >= settleAfterMs;
    if (settles) {
      await settle?.(merged, signal);
      await crashPoint('member-merges.settled');
    }
    const next = new Date(now.getTime() + Math.max(shortestPauseMs, elapsed));
    const looked = {
      dueAt: elapsed >= lastLookAfterMs ? null : next,
      movedAt: movedAt ?? now,
      settledAt: settles ? now : settledAt,
    };
    // Unless the other one was merged in turn meanwhile: then it is looked again at once.
    await rows().updateOne({ _id: from, into }, { $set: looked });
  }

  const follow: Reaction = reaction({
    name: 'follow-member-when-merged',
    on: 'member.merged',
    react: ({ payload: { memberId: from, into } }, session) => hear({ from, into }, session),
  });

  const followMerges: Job = {
    name: 'follow-merged-members',
    everyMs: shortestPauseMs,
    hasWork: async (now) => (await rows().findOne({ dueAt: { $lte: now } }, { projection: { _id: 1 } })) !== null,
    async run({ now, signal }) {
      const due = await rows()
        .find({ dueAt: { $lte: now } })
        .sort({ dueAt: 1 })
        .limit(mergesAtOnce)
        .toArray();
      for (const row of due) await look(row, now, signal);
    },
  };

  return {
    reaction: follow,
    job: followMerges,

    /** A member and all who were merged into them, as far as this owner has heard. */
    async idsOf(memberId: string, session?: Session): Promise<string[]> {
      const merged = await rows()
        .find({ into: memberId }, { projection: { _id: 1 }, ...(session && { session }) })
        .toArray();
      return [memberId, ...merged.map(({ _id }) => _id)];
    },
  };
}

/** How an owner follows merges. */
export type MemberMerges = ReturnType<typeof createMemberMerges>;

/** Rows of a collection that name their member and nothing else that would have to follow; `memberId` must begin one of its indexes. */
export function ownRows(connection: Database, collection: string): Belongings {
  const rows = () => collectionOf<{ _id: string; memberId: string | null }>(connection, collection);
  return {
    async move(session, { from, into }, most) {
      const theirs = await rows()
        .find({ memberId: from }, { session, projection: { _id: 1 } })
        .limit(most)
        .toArray();
      if (theirs.length === 0) return 0;
      const ids = theirs.map(({ _id }) => _id);
      await rows().updateMany({ _id: { $in: ids }, memberId: from }, { $set: { memberId: into } }, { session });
      return ids.length;
    },
  };
}
