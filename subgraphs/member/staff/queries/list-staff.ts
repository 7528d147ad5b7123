import { connectionOf, encodeCursor, type ConnectionParent, type Page } from '#kit/connection/connection.ts';
import type { Staff } from '../domain/staff.ts';
import type { StaffStore } from '../store/staff-store.ts';

/** A page of everybody who works here, the newest first. */
export async function listStaff(
  { staff }: { readonly staff: Pick<StaffStore, 'page' | 'count'> },
  { first, after }: Page,
): Promise<ConnectionParent<Staff>> {
  return connectionOf({
    rows: await staff.page(first + 1, after),
    first,
    after,
    cursorOf: ({ id }) => encodeCursor([id]),
    totalCount: () => staff.count(),
  });
}
