import type { ClientSession, Connection } from 'mongoose';
import { keysetFilter, sortOf, type CursorValues, type SortField } from '#kit/connection/connection.ts';
import { defineModel } from '#kit/mongo/connect.ts';
import type { PersonalData } from '#kit/personal-data/personal-data.ts';
import type { Staff } from '../domain/staff.ts';

interface StaffRow {
  _id: string;
  /** The sealed e-mail address and name as JSON. */
  profile: string;
  roles: Staff['roles'][number][];
  createdAt: Date;
}

/** Where staff is kept. */
export type StaffStore = ReturnType<typeof createStaffStore>;

const newestFirst: readonly SortField[] = [{ field: '_id', direction: -1 }];

/** People who work here. */
export function createStaffStore(connection: Connection, personalData: PersonalData) {
  const staff = defineModel<StaffRow>(
    connection,
    'Staff',
    {
      _id: { type: String, required: true },
      profile: { type: String, required: true },
      roles: { type: [String], required: true },
      createdAt: { type: Date, required: true },
    },
    { collection: 'staff' },
  );
  const placeOf = (id: string) => ({ owner: id, field: 'staff.profile' });

  async function staffOf({ _id, profile, roles, createdAt }: StaffRow): Promise<Staff> {
    const opened = await personalData.open(profile, placeOf(_id));
    if (opened === null) throw new Error(`the key of ${_id} was destroyed although they are staff`);
    const { email, displayName } = JSON.parse(opened) as Pick<Staff, 'email' | 'displayName'>;
    return { id: _id, email, displayName, roles, createdAt };
  }

  async function rowOf({ id, email, displayName, roles, createdAt }: Staff): Promise<StaffRow> {
    const profile = await personalData.seal(JSON.stringify({ email, displayName }), placeOf(id));
    return { _id: id, profile, roles: [...roles], createdAt };
  }

  return {
    async find(id: string): Promise<Staff | null> {
      const row = await staff.findOne({ _id: id }).lean<StaffRow>().exec();
      return row === null ? null : staffOf(row);
    },

    async add(session: ClientSession, added: readonly Staff[]): Promise<void> {
      await staff.insertMany(await Promise.all(added.map(rowOf)), { session });
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
      return Promise.all(rows.map(staffOf));
    },

    async count(): Promise<number> {
      return staff.estimatedDocumentCount().exec();
    },
  };
}
