import type { Viewer } from '#kit/viewer/viewer.ts';

/** Whose idempotency keys a call uses and who is written down as having acted. */
export function callerOf(viewer: Viewer): string {
  return viewer.id ?? viewer.kind;
}
