import type { CarrierToLoad, WarehouseToLoad } from '#kit/neighbours/logistics.ts';

type Rate = CarrierToLoad['rates'][number];

/** A line of a rate card: prices in fen for the first and each further kilogram, days at best and as promised. */
function rate(zone: Rate['zone'], firstKgMinor: number, extraKgMinor: number, minDays: number, maxDays: number): Rate {
  return { zone, firstKgMinor, extraKgMinor, minDays, maxDays };
}

/** The carriers of the demo shop with their rate cards. */
export const demoCarriers: readonly CarrierToLoad[] = [
  {
    code: 'SF',
    name: '顺丰速运',
    nameEn: 'SF Express',
    rates: [
      rate('LOCAL', 1200, 200, 1, 1),
      rate('NEAR', 1500, 500, 1, 2),
      rate('FAR', 2200, 1000, 2, 3),
      rate('REMOTE', 2600, 1800, 3, 5),
    ],
  },
  {
    code: 'ZTO',
    name: '中通快递',
    nameEn: 'ZTO Express',
    rates: [
      rate('LOCAL', 600, 100, 1, 2),
      rate('NEAR', 800, 300, 2, 3),
      rate('FAR', 1000, 600, 3, 5),
      rate('REMOTE', 1800, 1500, 5, 8),
    ],
  },
  {
    code: 'JD',
    name: '京东物流',
    nameEn: 'JD Logistics',
    rates: [
      rate('LOCAL', 800, 150, 1, 1),
      rate('NEAR', 1000, 400, 1, 2),
      rate('FAR', 1400, 800, 2, 4),
      rate('REMOTE', 2200, 1600, 4, 7),
    ],
  },
];

/** A warehouse of the demo shop. */
export interface DemoWarehouse extends WarehouseToLoad {
  /** The regions for which no larger warehouse is nearer. */
  readonly nearestTo: readonly string[];
  /** Of every 100 SKUs, how many it keeps. */
  readonly keepsPercent: number;
  /** How many pieces it keeps of a SKU at least, of the slowest and of the fastest; up to the first number comes on top. */
  readonly depth: readonly [number, number];
}

const everywhere = { coverage: null, channels: null };

/** Country, regions, cities: the six warehouses. */
export const demoWarehouses: readonly DemoWarehouse[] = [
  {
    ...everywhere,
    code: 'CN-EAST',
    name: '华东中央仓',
    nameEn: 'East China Central Warehouse',
    tier: 'CENTRAL',
    region: '上海市',
    city: '上海市',
    parentCode: null,
    cutoff: '20:00',
    carrierCode: 'ZTO',
    handlingMinor: 180,
    dailyParcels: 20_000,
    nearestTo: [],
    keepsPercent: 100,
    depth: [400, 4_000],
  },
  {
    ...everywhere,
    code: 'CN-SOUTH',
    name: '华南区域仓',
    nameEn: 'South China Regional Warehouse',
    tier: 'REGIONAL',
    region: '广东省',
    city: '佛山市',
    parentCode: 'CN-EAST',
    cutoff: '18:00',
    carrierCode: 'JD',
    handlingMinor: 200,
    dailyParcels: 8_000,
    nearestTo: ['广东省', '福建省', '湖南省', '云南省', '四川省', '重庆市'],
    keepsPercent: 85,
    depth: [40, 300],
  },
  {
    ...everywhere,
    code: 'CN-NORTH',
    name: '华北区域仓',
    nameEn: 'North China Regional Warehouse',
    tier: 'REGIONAL',
    region: '北京市',
    city: '北京市',
    parentCode: 'CN-EAST',
    cutoff: '18:00',
    carrierCode: 'JD',
    handlingMinor: 200,
    dailyParcels: 8_000,
    nearestTo: ['北京市', '山东省', '辽宁省', '黑龙江省', '陕西省', '新疆维吾尔自治区'],
    keepsPercent: 85,
    depth: [40, 300],
  },
  frontWarehouse('CN-SH-FRONT', '上海前置仓', 'Shanghai', '上海市', '上海市', 'CN-EAST'),
  frontWarehouse('CN-GZ-FRONT', '广州前置仓', 'Guangzhou', '广东省', '广州市', 'CN-SOUTH'),
  frontWarehouse('CN-BJ-FRONT', '北京前置仓', 'Beijing', '北京市', '北京市', 'CN-NORTH'),
];

/** A front warehouse serves its own region only and keeps what sells fast. */
function frontWarehouse(
  code: string,
  name: string,
  cityEn: string,
  region: string,
  city: string,
  parentCode: string,
): DemoWarehouse {
  return {
    code,
    name,
    nameEn: `${cityEn} Front Warehouse`,
    tier: 'FRONT',
    region,
    city,
    parentCode,
    coverage: [region],
    channels: null,
    cutoff: '21:00',
    carrierCode: 'SF',
    handlingMinor: 350,
    dailyParcels: 1_500,
    nearestTo: [region],
    keepsPercent: 35,
    depth: [8, 60],
  };
}
