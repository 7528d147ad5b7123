import type { ConnectionParent } from '#kit/connection/connection.ts';
import type { ApiKey, Partner } from './domain/partner.ts';

export type PartnerMapper = Partner;
export type PartnerConnectionMapper = ConnectionParent<Partner>;
export type ApiKeyMapper = ApiKey;
