import type { Viewer } from '#kit/viewer/viewer.ts';

const exploring: readonly string[] = ['ANALYST', 'DEVELOPER'];

/** Whether the viewer's role lets them ask for the schema and write documents of their own. Channels and other staff run registered ones. */
export function mayExplore({ kind, roles }: Viewer): boolean {
  return kind === 'ANALYST' || (kind === 'STAFF' && roles.some((role) => exploring.includes(role)));
}
