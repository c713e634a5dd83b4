import { describe, expect, it } from 'vitest';
import { partNames } from './parts.ts';
import { readRequest } from './request.ts';

const files = ['tests/integration/ledger.test.ts', 'tests/integration/losses.test.ts'];
const read = (...args: string[]) => readRequest(args, (part) => (part === 'integration' ? files : []));

describe('npm test --', () => {
  it('runs every part if none is named', () => {
    expect(read()).toEqual({ parts: partNames, files: [] });
  });

  it('runs the named parts, in the order of partNames', () => {
    expect(read('unit', 'types')).toEqual({ parts: ['types', 'unit'], files: [] });
  });

  it('runs the files of a part whose path contains one of the words', () => {
    expect(read('integration', 'ledger', 'losses')).toEqual({ parts: ['integration'], files: ['ledger', 'losses'] });
  });

  it.each([
    [['units'], /^There is no part units\. The parts are: end-to-end, dags, /],
    [['ledger', 'integration'], /^There is no part ledger\. The parts are: /],
    [['types', 'ledger'], /^types has no test files: run it whole, npm test -- types\.$/],
    [
      ['integration', 'ledger', 'ledgers'],
      /^No test file of integration has ledgers in its name\. [\s\S]*\n {2}tests\/integration\/ledger\.test\.ts\n/,
    ],
    [['unit', 'integration', 'ledger'], /^No test file of unit has integration in its name\. /],
  ])('refuses %j and lists the valid choices', (args, message) => {
    expect(() => read(...args)).toThrow(message);
  });
});
