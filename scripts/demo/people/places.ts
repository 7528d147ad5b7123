/** A city of the demo shop's customers; `weight` says how many of them live there. */
interface Place {
  readonly region: string;
  readonly city: string;
  readonly districts: readonly string[];
  readonly postalCode: string;
  readonly weight: number;
}

/** Regions by their full Chinese names, as the graph knows them. */
export const places: readonly Place[] = [
  {
    region: '上海市',
    city: '上海市',
    districts: ['浦东新区', '徐汇区', '静安区', '杨浦区', '闵行区'],
    postalCode: '200000',
    weight: 20,
  },
  {
    region: '北京市',
    city: '北京市',
    districts: ['朝阳区', '海淀区', '东城区', '丰台区'],
    postalCode: '100000',
    weight: 16,
  },
  { region: '广东省', city: '广州市', districts: ['天河区', '越秀区', '海珠区'], postalCode: '510000', weight: 12 },
  { region: '广东省', city: '深圳市', districts: ['南山区', '福田区', '宝安区'], postalCode: '518000', weight: 12 },
  { region: '浙江省', city: '杭州市', districts: ['西湖区', '滨江区', '余杭区'], postalCode: '310000', weight: 9 },
  { region: '江苏省', city: '南京市', districts: ['鼓楼区', '建邺区', '江宁区'], postalCode: '210000', weight: 7 },
  { region: '江苏省', city: '苏州市', districts: ['姑苏区', '吴中区', '虎丘区'], postalCode: '215000', weight: 6 },
  { region: '四川省', city: '成都市', districts: ['武侯区', '锦江区', '高新区'], postalCode: '610000', weight: 8 },
  { region: '湖北省', city: '武汉市', districts: ['武昌区', '洪山区', '江汉区'], postalCode: '430000', weight: 6 },
  { region: '陕西省', city: '西安市', districts: ['雁塔区', '碑林区', '未央区'], postalCode: '710000', weight: 5 },
  { region: '重庆市', city: '重庆市', districts: ['渝中区', '江北区', '南岸区'], postalCode: '400000', weight: 5 },
  { region: '山东省', city: '青岛市', districts: ['市南区', '崂山区'], postalCode: '266000', weight: 4 },
  { region: '福建省', city: '厦门市', districts: ['思明区', '湖里区'], postalCode: '361000', weight: 4 },
  { region: '湖南省', city: '长沙市', districts: ['岳麓区', '雨花区'], postalCode: '410000', weight: 4 },
  { region: '辽宁省', city: '大连市', districts: ['中山区', '沙河口区'], postalCode: '116000', weight: 3 },
  { region: '云南省', city: '昆明市', districts: ['五华区', '盘龙区'], postalCode: '650000', weight: 2 },
  { region: '黑龙江省', city: '哈尔滨市', districts: ['南岗区', '道里区'], postalCode: '150000', weight: 2 },
  {
    region: '新疆维吾尔自治区',
    city: '乌鲁木齐市',
    districts: ['天山区', '水磨沟区'],
    postalCode: '830000',
    weight: 1,
  },
];

/** Street names that every Chinese city has. */
export const streets = [
  '中山路',
  '人民路',
  '解放路',
  '建设路',
  '和平路',
  '文化路',
  '新华路',
  '长江路',
  '青年路',
  '花园路',
  '学院路',
  '滨河路',
] as const;

/** Names of housing estates. */
export const estates = [
  '阳光花园',
  '锦绣江南',
  '翠湖名邸',
  '金色家园',
  '书香苑',
  '滨江一号',
  '梧桐里',
  '时代广场',
] as const;
