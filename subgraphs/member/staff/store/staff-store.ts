import type { ClientSession, Connection } from 'mongoose';
import { keysetFilter, sortOf, type CursorValues, type SortField } from '#kit/connection/connection.ts';
import { defineModel } from '#kit/mongo/connect.ts';
import type { Staff } from '../domain/staff.ts';

type StaffRow = Omit<Staff, 'id' | 'roles'> & { _id: string; roles: Staff['roles'][number][] };

/** Where staff is kept. */
export type StaffStore = ReturnType<typeof createStaffStore>;

const newestFirst: readonly SortField[] = [{ field: '_id', direction: -1 }];

/** People who work here. */
export function createStaffStore(connection: Connection) {
  const staff = defineModel<StaffRow>(
    connection,
    'Staff',
    {
      _id: { type: String, required: true },
      email: { type: String, required: true },
      displayName: { type: String, required: true },
      roles: { type: [String], required: true },
      createdAt: { type: Date, required: true },
    },
    { collection: 'staff' },
  );

  return {
    async find(id: string): Promise<Staff | null> {
      const row = await staff.findOne({ _id: id }).lean<StaffRow>().exec();
      return row === null ? null : staffOf(row);
    },

    async add(session: ClientSession, added: readonly Staff[]): Promise<void> {
      const rows = added.map(({ id, roles, ...rest }) => ({ _id: id, ...rest, roles: [...roles] }));
      await staff.insertMany(rows, { session });
    },

    async isEmpty(): Promise<boolean> {
      return (await staff.findOne({}).select({ _id: 1 }).lean().exec()) === null;
    },

    /** A page of staff, the newest first. */
    async page(first: number, after: CursorValues | null): Promise<Staff[]> {
      const rows = await staff
        .find(keysetFilter(newestFirst, after))
        .sort(sortOf(newestFirst))
        .limit(first)
        .lean<StaffRow[]>()
        .exec();
      return rows.map(staffOf);
    },

    async count(): Promise<number> {
      return staff.estimatedDocumentCount().exec();
    },
  };
}

function staffOf({ _id, email, displayName, roles, createdAt }: StaffRow): Staff {
  return { id: _id, email, displayName, roles, createdAt };
}
