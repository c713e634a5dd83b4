import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { brokenLinks } from './links.ts';

let site: string;

beforeEach(() => {
  site = mkdtempSync(join(tmpdir(), 'tillstream-site-'));
});

afterEach(() => rmSync(site, { recursive: true }));

function put(path: string, text = ''): void {
  mkdirSync(dirname(join(site, path)), { recursive: true });
  writeFileSync(join(site, path), text);
}

it('names each link that leads nowhere, with its page', () => {
  put(
    'index.html',
    '<a href="docs/cost.html#sums">1</a><a href="docs/none.html">2</a><img src="docs/none.webp"><h1 id="top">',
  );
  put(
    'docs/cost.html',
    '<h2 id="sums"><a href="#none">3</a><a href="../index.html#none">4</a><source srcset="none.webp">',
  );
  expect(brokenLinks(site)).toEqual([
    'docs/cost.html: #none',
    'docs/cost.html: ../index.html#none',
    'docs/cost.html: none.webp',
    'index.html: docs/none.html',
    'index.html: docs/none.webp',
  ]);
});

it('follows folders to their index, escaped names, and links to the page itself', () => {
  put(
    'index.html',
    '<h1 id="a-1"><a href="#a-1">1</a><a href="docs/#über">2</a><a href="a%20b.txt?x#y">3</a><a href=".">4</a>',
  );
  put('docs/index.html', '<h1 id="über"><a href="../#a-1">5</a>');
  put('a b.txt');
  expect(brokenLinks(site)).toEqual([]);
});

it('asks no other site', () => {
  put(
    'index.html',
    '<a href="https://example.org/none">1</a><a href="mailto:ops@example.org">2</a><a href="//example.org">3</a>',
  );
  expect(brokenLinks(site)).toEqual([]);
});
