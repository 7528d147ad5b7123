const aheadMs = 8 * 3_600_000;

/** An instant by China's clock, to the second: `2026-11-22 16:30:00`. */
export function chinaTime(at: Date): string {
  return new Date(at.getTime() + aheadMs).toISOString().slice(0, 19).replace('T', ' ');
}

/** The instant that a time by China's clock names; NaN in it when the text is none. */
export function instantOfChinaTime(text: string): Date {
  const [, day, time] = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)$/.exec(text) ?? [];
  return new Date(`${day}T${time}+08:00`);
}
