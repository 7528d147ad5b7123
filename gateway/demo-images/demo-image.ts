import { pictures } from './__generated__/pictures.ts';
import { shapes } from './shapes.ts';

const lineLength = 12;
const mostLines = 3;
const fonts = "'PingFang SC','Noto Sans SC','Microsoft YaHei',sans-serif";

/** The picture of a demo product as an SVG of 600 by 600: its category's shape and colour, and its name. Null for a slug that has none. */
export function demoImage(slug: string): string | null {
  const picture = pictures.get(slug);
  return picture ? drawingOf(picture) : null;
}

/** Draws a picture. `hue` is in degrees on the colour wheel; RangeError for a shape that nobody has drawn. */
export function drawingOf({ title, hue, shape: name }: { title: string; hue: number; shape: string }): string {
  const shape = shapes.get(name);
  if (!shape) throw new RangeError(`there is no shape ${name}`);
  const [ground, below, ink] = [`hsl(${hue} 45% 94%)`, `hsl(${hue} 42% 82%)`, `hsl(${hue} 38% 42%)`];
  const lines = linesOf(title);
  const text = lines.map((line, index) => {
    const y = 560 - (lines.length - 1 - index) * 40;
    return `<text x="300" y="${y}">${escaped(line)}</text>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 600" role="img" aria-label="${escaped(title)}">`,
    `<defs><linearGradient id="g" x2="0" y2="1"><stop stop-color="${ground}"/><stop offset="1" stop-color="${below}"/></linearGradient></defs>`,
    '<rect width="600" height="600" fill="url(#g)"/>',
    `<circle cx="300" cy="240" r="180" fill="#fff" fill-opacity=".7"/>`,
    `<g transform="translate(190 130) scale(2.2)"><path d="${shape.filled}" fill="${ink}"/>`,
    shape.cut === undefined ? '' : `<path d="${shape.cut}" fill="${ground}"/>`,
    `</g><g font-family="${fonts}" font-size="32" text-anchor="middle" fill="hsl(${hue} 40% 24%)">${text.join('')}</g>`,
    '</svg>',
  ].join('');
}

/** The title in lines of about a dozen wide characters, broken at spaces; a Latin letter counts half. */
function linesOf(title: string): string[] {
  const lines: string[] = [];
  for (const word of title.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && widthOf(`${last} ${word}`) <= lineLength) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.slice(0, mostLines);
}

function widthOf(text: string): number {
  return [...text].reduce((width, letter) => width + (letter.charCodeAt(0) < 0x2e80 ? 0.5 : 1), 0);
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
}
