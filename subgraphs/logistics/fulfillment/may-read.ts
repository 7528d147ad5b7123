import { hasScope, type Viewer } from '#kit/viewer/viewer.ts';

/** Whether somebody may see a fulfillment or shipment: the member whose order it is, and staff. To all others it doesn't exist. */
export function mayRead(viewer: Viewer, { memberId }: { readonly memberId: string | null }): boolean {
  if (hasScope(viewer, 'fulfillment:write') || hasScope(viewer, 'order:read')) return true;
  return viewer.kind === 'MEMBER' && memberId !== null && memberId === viewer.id;
}
