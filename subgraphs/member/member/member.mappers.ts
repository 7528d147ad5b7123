import type { Member } from './domain/member.ts';

export type MemberMapper = Member;
