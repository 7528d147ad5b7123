import type { Faker } from '@faker-js/faker';
import { estates, places, streets } from './places.ts';

/** An address as the graph takes it. */
export interface DemoAddress {
  readonly recipient: string;
  readonly phone: string;
  readonly region: string;
  readonly city: string;
  readonly line: string;
  readonly postalCode: string;
}

/** A member of the demo shop, before it is known what they have bought. */
export interface DemoMember {
  readonly displayName: string;
  readonly email: string | null;
  /** In E.164. */
  readonly phone: string;
  /** Only for the one who signs in. */
  readonly password: string | null;
  /** The first one is the default. */
  readonly addresses: readonly DemoAddress[];
  /** How long before the load they signed up, days. */
  readonly joinedDaysAgo: number;
  /** How much they buy compared to the others. */
  readonly activity: number;
}

/** The member that anybody may sign in as. */
export const demoShopper = { identifier: 'shopper@example.com', password: 'shopper-demo' } as const;

/** Most people buy little and a few a lot: how many of 100 members have which share in the orders. */
const activities = [
  { weight: 56, value: 1 },
  { weight: 26, value: 3 },
  { weight: 14, value: 8 },
  { weight: 4, value: 24 },
];
const shopperActivity = 8.5;

/** Plans the members; the first one is the demo shopper. Phones and e-mail addresses are all different. */
export function planMembers(faker: Faker, count: number): DemoMember[] {
  return Array.from({ length: count }, (_, index) => (index === 0 ? shopper(faker) : somebody(faker, index)));
}

function shopper(faker: Faker): DemoMember {
  const displayName = '林小满';
  const phone = phoneOf(faker, 0);
  const home = {
    region: '上海市',
    city: '上海市',
    line: '徐汇区衡山路 88 号梧桐里 5 号楼 1202 室',
    postalCode: '200031',
  };
  const office = { region: '浙江省', city: '杭州市', line: '滨江区江南大道 588 号 3 号楼 16 层', postalCode: '310051' };
  return {
    displayName,
    email: demoShopper.identifier,
    phone,
    password: demoShopper.password,
    addresses: [home, office].map((place) => ({ recipient: displayName, phone, ...place })),
    joinedDaysAgo: 400,
    activity: shopperActivity,
  };
}

function somebody(faker: Faker, index: number): DemoMember {
  const displayName = faker.person.fullName();
  const phone = phoneOf(faker, index);
  return {
    displayName,
    email: faker.datatype.boolean(0.6) ? `member${String(index).padStart(3, '0')}@example.com` : null,
    phone,
    password: null,
    addresses: faker.helpers.multiple(() => address(faker, displayName, phone), { count: { min: 1, max: 2 } }),
    joinedDaysAgo: faker.number.int({ min: 181, max: 900 }),
    activity: faker.helpers.weightedArrayElement(activities),
  };
}

function address(faker: Faker, recipient: string, phone: string): DemoAddress {
  const place = faker.helpers.weightedArrayElement(places.map((value) => ({ value, weight: value.weight })));
  const street = faker.helpers.arrayElement(streets);
  const estate = faker.helpers.arrayElement(estates);
  const [house, building, floor, door] = [999, 20, 28, 4].map((max) => faker.number.int({ min: 1, max }));
  return {
    recipient,
    phone,
    region: place.region,
    city: place.city,
    line: `${faker.helpers.arrayElement(place.districts)}${street} ${house} 号${estate} ${building} 号楼 ${floor}0${door} 室`,
    postalCode: place.postalCode,
  };
}

/** A mobile number; its last four digits are the member's place in the list, so that no two are alike. */
function phoneOf(faker: Faker, index: number): string {
  const maker = faker.helpers.arrayElement(['138', '139', '150', '158', '177', '186', '189']);
  return `+86${maker}${faker.string.numeric(4)}${String(index).padStart(4, '0')}`;
}
