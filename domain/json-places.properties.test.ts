import fc from 'fast-check';
import { expect, test } from 'vitest';
import { faultIn } from './json-fault.ts';
import { type Path, placeOf } from './json-places.ts';

const space = fc.stringMatching(/^[ \t\r\n]{0,3}$/);

/**
 * Names that are met again, so that objects have some of them twice. None begins with a backslash: once V8 13.6 (Node 24) has met
 * such a name, its JSON.parse takes other names that are written with escapes for it.
 */
const name = fc
  .oneof(fc.constantFrom('a', '', '__proto__', 'ü', '\u2028', '"', '1', '}'), fc.string({ unit: 'binary' }))
  .filter((name) => !name.startsWith('\\'));

/** A string as JSON may write it: any of its characters may be escaped. */
const written = (text: fc.Arbitrary<string>) =>
  fc.tuple(text, fc.infiniteStream(fc.boolean())).map(([text, choices]) => {
    const units = Array.from({ length: text.length }, (_, at) => text.charCodeAt(at));
    const escaped = units.map((unit, at) =>
      choices.next().value ? `\\u${unit.toString(16).padStart(4, '0')}` : JSON.stringify(text.charAt(at)).slice(1, -1),
    );
    return `"${escaped.join('')}"`;
  });

const number = fc.oneof(fc.constantFrom('12.340000000000000000001', '-0', '1e400', '0.50E+3'), fc.nat().map(String));

const { json } = fc.letrec<{ json: string }>((tie) => {
  const spaced = fc.tuple(space, tie('json'), space).map((parts) => parts.join(''));
  const member = fc
    .tuple(space, written(name), space, spaced)
    .map(([before, key, after, value]) => `${before}${key}${after}:${value}`);
  const many = (one: fc.Arbitrary<string>) => fc.array(one, { maxLength: 4 }).map((all) => all.join(','));
  return {
    json: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.oneof(number, written(name), fc.constantFrom('true', 'false', 'null')),
      many(spaced).map((elements) => `[${elements}]`),
      many(member).map((members) => `{${members}}`),
      space.map((inside) => `{${inside}}`),
    ),
  };
});

const document = fc.tuple(space, json, space).map((parts) => parts.join(''));

/** Every path of a value, with what `JSON.parse` has there. */
function* pathsOf(value: unknown, path: Path = []): Generator<readonly [Path, unknown]> {
  yield [path, value];
  if (typeof value !== 'object' || value === null) return;
  for (const [key, child] of Object.entries(value))
    yield* pathsOf(child, [...path, Array.isArray(value) ? Number(key) : key]);
}

test('the place of every value of a text holds that value', () => {
  fc.assert(
    fc.property(document, (text) => {
      for (const [path, value] of pathsOf(JSON.parse(text))) {
        const place = placeOf(text, path);
        const found = place && text.slice(place.from, place.to);
        expect(found).toBe(found?.trim());
        expect(JSON.parse(found ?? '')).toStrictEqual(value);
      }
    }),
    { numRuns: 2_000 },
  );
});

test('a path that leads nowhere has no place', () => {
  fc.assert(
    fc.property(document, fc.array(fc.oneof(name, fc.nat(3)), { minLength: 1, maxLength: 3 }), (text, path) => {
      const known = [...pathsOf(JSON.parse(text))].some(([each]) => JSON.stringify(each) === JSON.stringify(path));
      expect(placeOf(text, path) !== undefined).toBe(known);
    }),
  );
});

/** A text with one character put in, left out or replaced. */
const slip = fc
  .tuple(
    document,
    fc.nat(),
    fc.nat(2),
    fc.constantFrom('"', '\\', '{', '}', '[', ']', ',', ':', '0', '-', '.', 'e', '\n', '\0', 'ü'),
  )
  .map(([text, place, removed, added]) => {
    const at = place % (text.length + 1);
    return text.slice(0, at) + (removed === 2 ? '' : added) + text.slice(at + (removed === 0 ? 0 : 1));
  });

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

test('a fault is found where, and only where, JSON.parse refuses the text', () => {
  fc.assert(
    fc.property(fc.oneof(document, slip, fc.string({ unit: 'binary' })), (text) => {
      const fault = faultIn(text);
      expect(fault === undefined).toBe(isJson(text));
      expect(fault ?? 0).toBeLessThanOrEqual(text.length);
    }),
    { numRuns: 5_000 },
  );
});

test('what is before a fault lacks only an end', () => {
  fc.assert(
    fc.property(slip, (text) => {
      const fault = faultIn(text) ?? text.length;
      const before = text.slice(0, fault);
      expect(faultIn(before) ?? fault).toBe(fault);
    }),
    { numRuns: 2_000 },
  );
});

test('deep nesting overflows no stack', () => {
  const deep = `{"a":${'['.repeat(200_000)}${']'.repeat(200_000)},"b":7}`;
  expect(faultIn(deep)).toBeUndefined();
  expect(placeOf(deep, ['b'])).toEqual({ from: deep.length - 2, to: deep.length - 1 });
  expect(faultIn('['.repeat(200_000))).toBe(200_000);
});
