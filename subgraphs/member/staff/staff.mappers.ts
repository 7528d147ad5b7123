import type { ConnectionParent } from '#kit/connection/connection.ts';
import type { Staff } from './domain/staff.ts';

export type StaffMapper = Staff;
export type StaffConnectionMapper = ConnectionParent<Staff>;
