import { subgraphNames, type SubgraphName } from '#kit/events/events.ts';
import type { AuditEntry, AuditQuestion } from '#kit/neighbours/audit.ts';
import { auditDoors } from '#kit/neighbours/verification.ts';
import { neighbourOf } from '#kit/transport/neighbours.ts';
import type { Transport } from '#kit/transport/transport.ts';
import { systemViewer } from '#kit/viewer/viewer.ts';

/** An entry with the log that it stands in. */
export type PlacedEntry = AuditEntry & { readonly stream: SubgraphName };

/** What is asked of all logs, or of one. */
export interface AuditSearch extends Omit<AuditQuestion, 'before' | 'limit'> {
  readonly streams: readonly SubgraphName[];
  /** How many of each log, the newest. */
  readonly most: number;
}

const call = { viewer: systemViewer('audit'), requestId: 'audit' };
const pageSize = 100;

/** The entries that fit, of all logs together in the order of time, the oldest first. */
export async function findEntries(
  transport: Transport,
  { streams, most, ...filter }: AuditSearch,
): Promise<PlacedEntry[]> {
  const found = await Promise.all(
    streams.map(async (stream) => {
      const door = neighbourOf(auditDoors[stream], transport);
      const entries: PlacedEntry[] = [];
      for (let before: string | null = null; entries.length < most;) {
        const limit = Math.min(pageSize, most - entries.length);
        const page: AuditEntry[] = (await door.auditEntries({ ...filter, before, limit }, call)).entries;
        entries.push(...page.map((entry) => ({ ...entry, stream })));
        before = page.at(-1)?.id ?? null;
        if (page.length < limit) break;
      }
      return entries;
    }),
  );
  return found.flat().toSorted((a, b) => (a.at < b.at || (a.at === b.at && a.id < b.id) ? -1 : 1));
}

/** One line for people. */
export function lineOf({
  at,
  stream,
  place,
  actorKind,
  actorId,
  action,
  outcome,
  reasons,
  subjects,
  facts,
}: PlacedEntry): string {
  const who = `${actorKind} ${actorId ?? '-'}`;
  const why = reasons.length === 0 ? '' : ` (${reasons.join(', ')})`;
  return `${at} ${stream}#${place ?? '-'} ${who} ${action} ${outcome}${why} ${subjects.join(' ')} ${JSON.stringify(facts)}`;
}

/** Reads `--stream`. Throws for a name that is no subgraph's. */
export function streamsOf(named: readonly string[]): readonly SubgraphName[] {
  const unknown = named.find((name) => !subgraphNames.some((known) => known === name));
  if (unknown !== undefined) throw new Error(`--stream ${unknown}: expected one of ${subgraphNames.join(', ')}`);
  return named.length === 0 ? subgraphNames : (named as SubgraphName[]);
}

/** Reads `--from` and `--to`. Throws for what is no instant. */
export function instantOf(option: string, text: string | undefined): string | null {
  if (text === undefined) return null;
  const at = new Date(text);
  if (Number.isNaN(at.getTime()))
    throw new Error(`--${option} ${text}: expected an instant such as 2026-11-23T08:00:00Z`);
  return at.toISOString();
}
