import { memberMerges, type MemberMergeRow } from '#kit/member-merges/member-merges.ts';
import type { OneMoment } from '#kit/mongo/one-moment.ts';

/**
 * By how much a limit for each member may be exceeded: once for everybody who turned out to be them, since what each of them held stays theirs. By the key of a counter,
 * `memberCounterKey`.
 */
export async function membersInOne(moment: OneMoment): Promise<(counterKey: string) => number> {
  const merged = new Map<string, number>();
  for await (const rows of moment.batches<MemberMergeRow>(memberMerges)) {
    for (const { into } of rows) merged.set(into, (merged.get(into) ?? 0) + 1);
  }
  return (counterKey) => 1 + (merged.get(counterKey.split(':')[1] ?? '') ?? 0);
}
