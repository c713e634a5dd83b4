import { expect, it } from 'vitest';
import { readRotation } from './request.ts';

it('reads what Secrets Manager sends, and nothing else', () => {
  expect(readRotation({ Step: 'setSecret', SecretId: 'arn:secret', ClientRequestToken: 'v2' })).toEqual({
    step: 'setSecret',
    secretId: 'arn:secret',
    version: 'v2',
  });
  expect(() => readRotation({})).toThrow('Expected an event of Secrets Manager');
  expect(() => readRotation({ Step: 'dropSecret', SecretId: 'a', ClientRequestToken: 'b' })).toThrow('Step');
});
