import { hasScope, type Viewer } from '#kit/viewer/viewer.ts';

/** Whether somebody may see a fulfillment or shipment: the member whose order it is, and staff. To all others it doesn't exist. */
export function mayRead(viewer: Viewer, { memberId }: { readonly memberId: string | null }): boolean {
  if (hasScope(viewer, 'fulfillment:write') || hasScope(viewer, 'order:read')) return true;
  return viewer.kind === 'MEMBER' && memberId !== null && memberId === viewer.id;
}

/** Whose fulfillments and shipments alone can exist for a viewer: a member's own; null for all others, whom `mayRead` judges by themselves. */
export function onlyOwnOf({ kind, id }: Viewer): string | null {
  return kind === 'MEMBER' ? id : null;
}
