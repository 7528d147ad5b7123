/** The provinces, autonomous regions and municipalities of mainland China by their usual grouping into large areas. */
const areas = {
  华北: ['北京市', '天津市', '河北省', '山西省', '内蒙古自治区'],
  东北: ['辽宁省', '吉林省', '黑龙江省'],
  华东: ['上海市', '江苏省', '浙江省', '安徽省', '福建省', '江西省', '山东省'],
  华中: ['河南省', '湖北省', '湖南省'],
  华南: ['广东省', '广西壮族自治区', '海南省'],
  西南: ['重庆市', '四川省', '贵州省', '云南省', '西藏自治区'],
  西北: ['陕西省', '甘肃省', '青海省', '宁夏回族自治区', '新疆维吾尔自治区'],
} as const;

export type Area = keyof typeof areas;
export type Region = (typeof areas)[Area][number];

/** All 31 regions by their full Chinese name, for example `上海市`. */
export const regions: readonly Region[] = Object.values(areas).flat();

const areaByRegion = new Map<Region, Area>(
  Object.entries(areas).flatMap(([area, members]) => members.map((region) => [region, area as Area] as const)),
);

/** Borders between regions of different areas; inside an area everything counts as near. Hainan borders Guangdong by ferry. */
const bordersAcrossAreas: readonly (readonly [Region, Region])[] = [
  ['河北省', '辽宁省'],
  ['河北省', '河南省'],
  ['河北省', '山东省'],
  ['山西省', '河南省'],
  ['山西省', '陕西省'],
  ['内蒙古自治区', '黑龙江省'],
  ['内蒙古自治区', '吉林省'],
  ['内蒙古自治区', '辽宁省'],
  ['内蒙古自治区', '陕西省'],
  ['内蒙古自治区', '宁夏回族自治区'],
  ['内蒙古自治区', '甘肃省'],
  ['安徽省', '湖北省'],
  ['安徽省', '河南省'],
  ['福建省', '广东省'],
  ['江西省', '湖北省'],
  ['江西省', '湖南省'],
  ['江西省', '广东省'],
  ['山东省', '河南省'],
  ['河南省', '陕西省'],
  ['湖北省', '重庆市'],
  ['湖北省', '陕西省'],
  ['湖南省', '广东省'],
  ['湖南省', '广西壮族自治区'],
  ['湖南省', '贵州省'],
  ['湖南省', '重庆市'],
  ['广西壮族自治区', '贵州省'],
  ['广西壮族自治区', '云南省'],
  ['重庆市', '陕西省'],
  ['四川省', '陕西省'],
  ['四川省', '甘肃省'],
  ['四川省', '青海省'],
  ['西藏自治区', '青海省'],
  ['西藏自治区', '新疆维吾尔自治区'],
];

/** Where every carrier asks for a surcharge and more days, wherever the parcel comes from. */
const remote: ReadonlySet<Region> = new Set<Region>([
  '内蒙古自治区',
  '海南省',
  '西藏自治区',
  '甘肃省',
  '青海省',
  '宁夏回族自治区',
  '新疆维吾尔自治区',
]);

/** How far a parcel travels, the unit of rate cards: inside one region, next door, across the country, to a remote region. */
export const zones = ['LOCAL', 'NEAR', 'FAR', 'REMOTE'] as const;
export type Zone = (typeof zones)[number];

const shortNames = new Map<string, Region>(
  regions.map((region) => [region.replace(/(市|省|壮族自治区|回族自治区|维吾尔自治区|自治区)$/, ''), region]),
);

/** The region that a text names, with or without its suffix (`上海市`, `上海`); null when it names none of the 31. */
export function regionNamed(text: string): Region | null {
  const name = text.trim();
  return regions.find((region) => region === name) ?? shortNames.get(name) ?? null;
}

/**
 * The zone of a parcel from one region to another. A destination that is none of the 31 is planned as `FAR`, the default zone:
 * an address is never refused for its spelling.
 */
export function zoneBetween(from: Region, to: Region | null): Zone {
  if (to === null) return 'FAR';
  if (from === to) return 'LOCAL';
  if (remote.has(to)) return 'REMOTE';
  return areaByRegion.get(from) === areaByRegion.get(to) || haveBorder(from, to) ? 'NEAR' : 'FAR';
}

function haveBorder(a: Region, b: Region): boolean {
  return bordersAcrossAreas.some(([one, other]) => (one === a && other === b) || (one === b && other === a));
}
