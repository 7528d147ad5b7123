import type { ConnectionParent } from '#kit/connection/connection.ts';
import type { PointsSummary } from './domain/account.ts';
import type { StoredEntry } from './store/points-store.ts';

export type MemberPointsMapper = PointsSummary;
export type PointsEntryMapper = StoredEntry;
export type PointsEntryConnectionMapper = ConnectionParent<StoredEntry>;
