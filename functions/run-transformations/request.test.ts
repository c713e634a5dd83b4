import { describe, expect, it } from 'vitest';
import { readRequest } from './request.ts';

describe('readRequest', () => {
  it('fills in what may be left out', () => {
    expect(readRequest({ action: 'transform' })).toEqual({ action: 'transform', full: false });
    expect(readRequest({ action: 'transform', full: true })).toEqual({ action: 'transform', full: true });
    expect(readRequest({ action: 'refresh_views' })).toEqual({ action: 'refresh_views' });
    expect(readRequest({ action: 'alert' })).toEqual({ action: 'alert', hours: 24 });
    expect(readRequest({ action: 'alert', hours: 1 })).toEqual({ action: 'alert', hours: 1 });
  });

  it('says what it expected and what came', () => {
    for (const payload of [
      undefined,
      {},
      { action: 'drop' },
      { action: 'check' },
      { action: 'transform', full: 'yes' },
      { action: 'alert', hours: 0 },
    ])
      expect(() => readRequest(payload)).toThrow(/^Expected \{"action": "transform".* got /);
  });
});
