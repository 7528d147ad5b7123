import type { ClientSession, Connection } from 'mongoose';
import { defineModel } from '#kit/mongo/connect.ts';
import { trusted } from '#kit/mongo/trusted.ts';
import type { Owner } from '../domain/person.ts';
import type { ShownToken } from '../domain/session-rules.ts';

interface FamilyRow {
  _id: string;
  ownerKind: Owner['kind'];
  ownerId: string;
  channel: string;
  /** What they were recognised by, as identities are found: the openid of a sign-in by WeChat; null for others. */
  recognisedBy: string | null;
  createdAt: Date;
  endedAt: Date | null;
  expiresAt: Date;
}

interface RefreshTokenRow {
  /** SHA-256 of the token: who reads the database can't sign in. */
  _id: string;
  sessionId: string;
  usedAt: Date | null;
  successor: string | null;
  expiresAt: Date;
}

/** A refresh token that was shown, with the family it belongs to. */
export interface FoundToken extends ShownToken {
  readonly sessionId: string;
  readonly owner: Owner;
}

/** Sessions and their refresh tokens. */
export type SessionsStore = ReturnType<typeof createSessionsStore>;

/** Families of sessions, each begun by one sign-in, and the hashes of their refresh tokens. Both go by themselves when they expire. */
export function createSessionsStore(connection: Connection) {
  const families = defineModel<FamilyRow>(
    connection,
    'SessionFamily',
    {
      _id: { type: String, required: true },
      ownerKind: { type: String, required: true },
      ownerId: { type: String, required: true },
      channel: { type: String, required: true },
      recognisedBy: { type: String, default: null },
      createdAt: { type: Date, required: true },
      endedAt: { type: Date, default: null },
      expiresAt: { type: Date, required: true },
    },
    {
      collection: 'sessions',
      indexes: [
        { key: { expiresAt: 1 }, expireAfterSeconds: 0 },
        { key: { ownerId: 1 } },
        { key: { endedAt: 1 }, partialFilterExpression: { endedAt: { $type: 'date' } } },
      ],
    },
  );
  const tokens = defineModel<RefreshTokenRow>(
    connection,
    'RefreshToken',
    {
      _id: { type: String, required: true },
      sessionId: { type: String, required: true },
      usedAt: { type: Date, default: null },
      successor: { type: String, default: null },
      expiresAt: { type: Date, required: true },
    },
    { collection: 'refresh_tokens', indexes: [{ key: { expiresAt: 1 }, expireAfterSeconds: 0 }] },
  );

  return {
    /** Begins a family with its first refresh token. */
    async begin(
      session: ClientSession,
      family: {
        readonly id: string;
        readonly owner: Owner;
        readonly channel: string;
        readonly recognisedBy: string | null;
        readonly tokenHash: string;
        readonly createdAt: Date;
        readonly expiresAt: Date;
      },
    ): Promise<void> {
      const { id, owner, channel, recognisedBy, tokenHash, createdAt, expiresAt } = family;
      const begun = { channel, recognisedBy, createdAt, endedAt: null, expiresAt };
      const row = { _id: id, ownerKind: owner.kind, ownerId: owner.id, ...begun };
      await families.insertMany([row], { session });
      const token = { _id: tokenHash, sessionId: id, usedAt: null, successor: null, expiresAt };
      await tokens.insertMany([token], { session });
    },

    /** A refresh token by its hash, as this transaction sees it; null for an unknown one. */
    async findToken(session: ClientSession, hash: string): Promise<FoundToken | null> {
      const token = await tokens.findOne({ _id: hash }).session(session).lean<RefreshTokenRow>().exec();
      if (token === null) return null;
      const family = await families.findOne({ _id: token.sessionId }).session(session).lean<FamilyRow>().exec();
      if (family === null) return null;
      const successor =
        token.successor === null
          ? null
          : await tokens.findOne({ _id: token.successor }).session(session).lean<RefreshTokenRow>().exec();
      return {
        sessionId: family._id,
        owner: { id: family.ownerId, kind: family.ownerKind },
        usedAt: token.usedAt,
        successorUsed: successor !== null && successor.usedAt !== null,
        expiresAt: token.expiresAt,
        familyEnded: family.endedAt !== null,
      };
    },

    /** Exchanges a token for its successor. Two transactions that try it conflict, and the database lets one of them begin again. */
    async rotate(
      session: ClientSession,
      change: { readonly from: string; readonly to: string; readonly sessionId: string; at: Date; expiresAt: Date },
    ): Promise<void> {
      const { from, to, sessionId, at, expiresAt } = change;
      const used = await tokens
        .updateOne({ _id: from, usedAt: null }, { $set: { usedAt: at, successor: to } }, { session })
        .exec();
      if (used.matchedCount !== 1) throw new Error('the refresh token was exchanged in between');
      await tokens.insertMany([{ _id: to, sessionId, usedAt: null, successor: null, expiresAt }], { session });
      await families.updateOne({ _id: sessionId }, { $set: { expiresAt } }, { session }).exec();
    },

    /** What somebody was recognised by when a family began; null for a sign-in by a password, and for an unknown one. */
    async recognisedBy(sessionId: string): Promise<string | null> {
      const row = await families.findOne({ _id: sessionId }).lean<FamilyRow>().exec();
      return row?.recognisedBy ?? null;
    },

    /** The families that ended at `since` or later. */
    async endedSince(since: Date): Promise<string[]> {
      const rows = await families
        .find({ endedAt: trusted({ $gte: since }) })
        .select('_id')
        .lean<Pick<FamilyRow, '_id'>[]>()
        .exec();
      return rows.map(({ _id }) => _id);
    },

    /** Ends every family of somebody. */
    async endAll(session: ClientSession, ownerId: string, at: Date): Promise<void> {
      await families.updateMany({ ownerId, endedAt: null }, { $set: { endedAt: at } }, { session }).exec();
    },

    /** Ends a family. False when it had ended before. */
    async end(session: ClientSession, sessionId: string, at: Date): Promise<boolean> {
      const ended = await families
        .updateOne({ _id: sessionId, endedAt: null }, { $set: { endedAt: at } }, { session })
        .exec();
      return ended.matchedCount === 1;
    },
  };
}
