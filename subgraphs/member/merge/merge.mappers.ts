import type { MemberMerge } from './domain/member-merge.ts';

export type MemberMergeMapper = MemberMerge;
