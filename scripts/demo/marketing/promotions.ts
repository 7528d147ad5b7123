const day = 24 * 60 * 60_000;
const yuan = (amount: number) => ({ amount: amount.toFixed(2), currency: 'CNY' });
const running = (now: Date, forDays: number) => ({
  startsAt: new Date(now.getTime() - day).toISOString(),
  endsAt: new Date(now.getTime() + forDays * day).toISOString(),
});

/** The promotions of the demo shop as `CreatePromotionInput`s: all but the last are running at `now`. Titles are all different. */
export function demoPromotions(now: Date) {
  return [
    {
      ...running(now, 365),
      title: '全场满减 满199减20',
      titleEn: 'Spend more, save more: ¥20 off ¥199',
      kind: 'AMOUNT_OFF_LADDER',
      ladder: [
        { thresholdAmount: yuan(199), amountOff: yuan(20) },
        { thresholdAmount: yuan(399), amountOff: yuan(50) },
        { thresholdAmount: yuan(699), amountOff: yuan(100) },
      ],
      stacking: { group: 'storewide', priority: 10 },
    },
    {
      ...running(now, 365),
      title: '服饰鞋包 2件9折 3件8折',
      titleEn: 'Fashion: 10% off two, 20% off three',
      kind: 'PERCENT_OFF_LADDER',
      scope: { categorySlugs: ['clothing', 'shoes-bags'] },
      ladder: [
        { thresholdQuantity: 2, percentOff: '10' },
        { thresholdQuantity: 3, percentOff: '20' },
      ],
      stacking: { group: 'storewide', priority: 20 },
    },
    {
      ...running(now, 90),
      title: '春茶上新 限时85折',
      titleEn: 'New spring teas: 15% off for a limited time',
      kind: 'TIMED_PRICE',
      scope: { categorySlugs: ['tea'] },
      ladder: [{ percentOff: '15' }],
    },
    {
      ...running(now, 60),
      title: '机械键盘限时直降40元',
      titleEn: 'Keyboards: ¥40 off for a limited time',
      kind: 'TIMED_PRICE',
      scope: { categorySlugs: ['keyboards'] },
      ladder: [{ amountOff: yuan(40) }],
    },
    {
      ...running(now, 365),
      title: '全场满99元包邮',
      titleEn: 'Free shipping from ¥99',
      kind: 'FREE_SHIPPING',
      ladder: [{ thresholdAmount: yuan(99) }],
    },
    {
      ...running(now, 180),
      title: 'App专享 数码满2000减150',
      titleEn: 'App only: ¥150 off electronics from ¥2,000',
      kind: 'AMOUNT_OFF_LADDER',
      scope: { categorySlugs: ['digital', 'computers'], channels: ['app'] },
      ladder: [{ thresholdAmount: yuan(2000), amountOff: yuan(150) }],
      stacking: { group: 'storewide', priority: 30 },
      budget: yuan(500_000),
      perMemberLimit: 5,
    },
    {
      ...running(now, 180),
      title: '金卡及黑金会员 美妆95折',
      titleEn: 'Gold and Black Gold members: 5% off beauty',
      kind: 'PERCENT_OFF_LADDER',
      scope: { categorySlugs: ['beauty'], tierLevels: [2, 3] },
      ladder: [{ thresholdAmount: yuan(100), percentOff: '5' }],
      stacking: { group: 'members', priority: 5 },
    },
    {
      startsAt: new Date(now.getTime() + 20 * day).toISOString(),
      endsAt: new Date(now.getTime() + 27 * day).toISOString(),
      title: '家电节 满1000减120',
      titleEn: 'Appliance Week: ¥120 off ¥1,000',
      kind: 'AMOUNT_OFF_LADDER',
      scope: { categorySlugs: ['appliances'] },
      ladder: [{ thresholdAmount: yuan(1000), amountOff: yuan(120) }],
      stacking: { group: 'storewide', priority: 40 },
      usageLimit: 1_000,
    },
  ];
}

/** The coupons of the demo shop as `CreateCouponTemplateInput`s: without a code they are claimed from the list. */
export function demoCoupons(now: Date) {
  return [
    {
      ...running(now, 365),
      title: '新人礼 满100减20',
      titleEn: 'Welcome: ¥20 off ¥100',
      threshold: yuan(100),
      amountOff: yuan(20),
      validDays: 30,
      perMemberLimit: 1,
    },
    {
      ...running(now, 365),
      title: '全场券 满500减50',
      titleEn: '¥50 off ¥500',
      threshold: yuan(500),
      amountOff: yuan(50),
      totalLimit: 5_000,
      perMemberLimit: 3,
    },
    {
      ...running(now, 30),
      title: '限量神券 满1000减100 仅10张',
      titleEn: 'Only ten: ¥100 off ¥1,000',
      threshold: yuan(1000),
      amountOff: yuan(100),
      totalLimit: 10,
      perMemberLimit: 1,
    },
    {
      ...running(now, 180),
      title: '母婴券 满200打9折',
      titleEn: 'Baby & Toys: 10% off from ¥200',
      scope: { categorySlugs: ['baby'] },
      threshold: yuan(200),
      percentOff: '10',
      budget: yuan(20_000),
      perMemberLimit: 2,
    },
    {
      ...running(now, 365),
      title: '黑金专享 满300减60',
      titleEn: 'Black Gold members: ¥60 off ¥300',
      scope: { tierLevels: [3] },
      threshold: yuan(300),
      amountOff: yuan(60),
      perMemberLimit: 1,
    },
    {
      ...running(now, 365),
      title: '口令券 全场9折',
      titleEn: 'Code WELCOME10: 10% off everything',
      code: 'WELCOME10',
      threshold: yuan(50),
      percentOff: '10',
      budget: yuan(100_000),
      perMemberLimit: 1,
    },
    {
      ...running(now, 365),
      title: '口令券 茶叶满150减20',
      titleEn: 'Code TEA20: ¥20 off tea from ¥150',
      code: 'TEA20',
      scope: { categorySlugs: ['tea'] },
      threshold: yuan(150),
      amountOff: yuan(20),
      perMemberLimit: 2,
    },
  ];
}

/** The coupons, by their titles, that the demo shopper has claimed already. */
export const claimedByShopper: readonly string[] = ['新人礼 满100减20', '全场券 满500减50'];

/**
 * The flash sale that is always open: ten years from the day of loading, with quotas that no demonstration uses up. Prices are per cent of
 * the lowest price that any channel asks, and not below what the goods cost.
 */
export const demoFlashSale = {
  title: '天天秒杀',
  titleEn: 'Everyday Flash Sale',
  days: 3_650,
  items: [
    { skuCode: 'TINGYU-PODS-AIR-01', percent: 79, quota: 50_000, limitPerMember: 2 },
    { skuCode: 'CIYU-TUMBLER-01', percent: 66, quota: 50_000, limitPerMember: 3 },
    { skuCode: 'SONGSHU-MACADAMIA-01', percent: 70, quota: 50_000, limitPerMember: 3 },
    { skuCode: 'ZHIMIAN-PILLOW-01', percent: 69, quota: 50_000, limitPerMember: 2 },
    { skuCode: 'DIANLAN-POWER-10K-01', percent: 72, quota: 50_000, limitPerMember: 2 },
    { skuCode: 'TONGQU-PLUSH-01', percent: 67, quota: 20_000, limitPerMember: 1 },
  ],
} as const;

/**
 * The presale whose deposits are always open: ten years from the day of loading, then ten days for the balance. Per cent of the lowest price that any channel asks, and of that price.
 */
export const demoPresale = {
  skuCode: 'LINGXI-X5-01',
  days: 3_650,
  balanceDays: 10,
  percent: 90,
  depositPercent: 10,
  depositWorthPercent: 20,
  quota: 20,
  limitPerMember: 1,
} as const;
