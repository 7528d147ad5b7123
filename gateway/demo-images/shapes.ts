/** Simple drawings in a square of 100 by 100, filled with one colour; the second path, if any, is cut out in the ground's colour. */
interface Shape {
  readonly filled: string;
  readonly cut?: string;
}

const drawn: Readonly<Record<string, Shape>> = {
  phone: {
    filled: 'M34 6h32a7 7 0 0 1 7 7v74a7 7 0 0 1-7 7H34a7 7 0 0 1-7-7V13a7 7 0 0 1 7-7z',
    cut: 'M33 16h34v60H33zM45 82h10v5H45z',
  },
  headphones: {
    filled:
      'M50 12c-22 0-38 17-38 39v25h9V51c0-17 12-30 29-30s29 13 29 30v25h9V51c0-22-16-39-38-39zM18 56h16v32H24a6 6 0 0 1-6-6zM66 56h16v26a6 6 0 0 1-6 6H66z',
  },
  box: { filled: 'M14 30 50 12l36 18v42L50 90 14 72z', cut: 'M48 50 20 36v-4l30 15 30-15v4L52 50v34h-4z' },
  watch: {
    filled:
      'M36 4h28l4 22H32zM32 74h36l-4 22H36zM30 26h40a6 6 0 0 1 6 6v36a6 6 0 0 1-6 6H30a6 6 0 0 1-6-6V32a6 6 0 0 1 6-6z',
    cut: 'M32 34h36v32H32z',
  },
  bolt: { filled: 'M56 4 22 56h22l-6 40 40-56H54z' },
  laptop: { filled: 'M20 20h60a4 4 0 0 1 4 4v42H16V24a4 4 0 0 1 4-4zM6 70h88l-5 10H11z', cut: 'M23 27h54v33H23z' },
  drop: {
    filled: 'M50 6c16 22 28 36 28 54a28 28 0 0 1-56 0c0-18 12-32 28-54z',
    cut: 'M34 60a16 16 0 0 0 16 16v6a22 22 0 0 1-22-22z',
  },
  book: { filled: 'M10 18c16-4 30-2 38 6v62c-10-7-24-8-38-4zM90 18c-16-4-30-2-38 6v62c10-7 24-8 38-4z' },
  pot: {
    filled:
      'M46 14h8v8h24a6 6 0 0 1 6 6v4H16v-4a6 6 0 0 1 6-6h24zM20 36h60v38a12 12 0 0 1-12 12H32a12 12 0 0 1-12-12zM4 42h12v10H4zM84 42h12v10H84z',
  },
  shirt: { filled: 'M36 10 8 26l9 24 11-5v46h44V45l11 5 9-24-28-16c-4 7-24 7-28 0z' },
  dress: { filled: 'M36 8h7c2 8 12 8 14 0h7l-4 30 22 54H18l22-54z' },
  shoe: { filled: 'M8 34c8 4 14 3 18-4l26 26c10 8 24 8 36 12 4 2 6 5 6 10H8z', cut: 'M8 72h86v5H8z' },
  bag: {
    filled:
      'M36 24V18a8 8 0 0 1 8-8h12a8 8 0 0 1 8 8v6h10a8 8 0 0 1 8 8v52a8 8 0 0 1-8 8H26a8 8 0 0 1-8-8V32a8 8 0 0 1 8-8z',
    cut: 'M42 24v-5a3 3 0 0 1 3-3h10a3 3 0 0 1 3 3v5zM30 56h40v4H30z',
  },
  bottle: {
    filled: 'M42 6h16v16l8 12a14 14 0 0 1 3 9v43a8 8 0 0 1-8 8H39a8 8 0 0 1-8-8V43a14 14 0 0 1 3-9l8-12z',
    cut: 'M38 52h24v26H38z',
  },
  leaf: {
    filled: 'M88 10C44 8 14 30 14 62c0 8 2 14 6 20l-8 10 6 4 8-9c34 12 64-17 62-77z',
    cut: 'M26 80C36 56 52 40 72 28 56 44 40 60 30 82z',
  },
  cup: {
    filled: 'M18 28h54v8h6a14 14 0 0 1 0 30h-8c-3 12-10 18-25 18S18 74 18 54zM14 88h62v6H14z',
    cut: 'M72 43h5a7 7 0 0 1 0 15h-6z',
  },
  fruit: {
    filled:
      'M52 26c0-10 6-16 16-18-1 10-6 16-14 18 18-2 30 8 30 28 0 24-16 40-26 40-4 0-6-2-8-2s-4 2-8 2c-10 0-26-16-26-40 0-22 16-32 36-28z',
  },
  lamp: { filled: 'M34 8h32l16 44H18zM46 56h8v28h-8zM30 84h40v8H30z' },
  toy: {
    filled: 'M26 14a16 16 0 0 1 15 10 44 44 0 0 1 18 0 16 16 0 1 1 19 20 34 34 0 1 1-56 0A16 16 0 0 1 26 14z',
    cut: 'M38 50a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM62 50a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM44 68h12l-6 7z',
  },
  tent: { filled: 'M50 12 4 88h92z', cut: 'M50 46 30 88h40z' },
  paw: {
    filled:
      'M50 48c16 0 30 16 30 30 0 10-8 14-16 12-9-2-19-2-28 0-8 2-16-2-16-12 0-14 14-30 30-30zM20 34a9 12 0 1 1 0 24 9 12 0 0 1 0-24zM38 12a9 13 0 1 1 0 26 9 13 0 0 1 0-26zM62 12a9 13 0 1 1 0 26 9 13 0 0 1 0-26zM80 34a9 12 0 1 1 0 24 9 12 0 0 1 0-24z',
  },
};

/** The drawings by their names. */
export const shapes: ReadonlyMap<string, Shape> = new Map(Object.entries(drawn));
