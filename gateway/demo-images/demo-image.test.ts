import { describe, expect, test } from '@jest/globals';
import { fastify } from 'fastify';
import { pictures } from './__generated__/pictures.ts';
import { demoImage, drawingOf } from './demo-image.ts';
import { registerDemoImages } from './register-demo-images.ts';
import { shapes } from './shapes.ts';

describe('the picture of a demo product', () => {
  test('is drawn for each of them, small and the same every time', () => {
    expect(pictures.size).toBeGreaterThanOrEqual(300);
    for (const [slug, { shape }] of pictures) {
      expect(shapes.has(shape)).toBe(true);
      const image = demoImage(slug);
      expect(image).toMatch(/^<svg .*<\/svg>$/);
      expect(image?.length).toBeLessThan(3_000);
      expect(demoImage(slug)).toBe(image);
    }
  });

  test('shows its title', () => {
    expect(demoImage('suyi-cashmere')).toContain('<text x="300" y="560">素衣 100%山羊绒圆领毛衣</text>');
  });

  test('escapes what means something to a browser', () => {
    const drawing = drawingOf({ title: `<script>"&'`, hue: 10, shape: 'cup' });
    expect(drawing).toContain('aria-label="&#60;script&#62;&#34;&#38;&#39;"');
    expect(drawing).toContain('>&#60;script&#62;&#34;&#38;&#39;</text>');
    expect(drawing).not.toContain('<script');
  });

  test('cannot have a shape that nobody has drawn', () => {
    expect(() => drawingOf({ title: '杯', hue: 10, shape: 'constructor' })).toThrow(RangeError);
  });

  test.each(['nothing', '__proto__', 'constructor', '../secrets', ''])('is not there for %j', (slug) => {
    expect(demoImage(slug)).toBeNull();
  });

  test('is answered as an image that may be kept and can do nothing, and only by its own address', async () => {
    const app = fastify();
    registerDemoImages(app);
    const found = await app.inject('/demo-images/lingxi-x5.svg');
    expect(found.statusCode).toBe(200);
    expect(found.headers).toMatchObject({
      'content-type': 'image/svg+xml; charset=utf-8',
      'cache-control': 'public, max-age=86400',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    });
    expect(found.body).toBe(demoImage('lingxi-x5'));
    for (const path of ['/demo-images/nothing.svg', '/demo-images/lingxi-x5.png', '/demo-images/..%2Fx.svg']) {
      expect((await app.inject(path)).statusCode).toBe(404);
    }
    await app.close();
  });
});
