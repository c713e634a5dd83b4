import { describe, expect, it, test } from 'vitest';
import { type Call, refuseWebPages, requireSignature } from './caller.ts';

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-test-suite.html
const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const authorization = (signedHeaders: string, signature: string) =>
  `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=${signedHeaders}, Signature=${signature}`;
const call = (given: Partial<Call> & { readonly headers: Call['headers'] }): Call => ({
  ...{ method: 'GET', url: '/', body: Buffer.alloc(0) },
  ...given,
  headers: { host: 'example.amazonaws.com', 'x-amz-date': '20150830T123600Z', ...given.headers },
});

const vanilla = call({
  headers: {
    authorization: authorization('host;x-amz-date', '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'),
  },
});

describe('a signature', () => {
  it('is right if it is that of AWS’s test suite', () => {
    expect(() => requireSignature(vanilla, credentials)).not.toThrow();
    const inOrder = call({
      url: '/?Param2=value2&Param1=value1',
      headers: {
        authorization: authorization(
          'host;x-amz-date',
          'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
        ),
      },
    });
    expect(() => requireSignature(inOrder, credentials)).not.toThrow();
  });

  it.each<[string, Call, typeof credentials]>([
    ['another secret', vanilla, { ...credentials, secretAccessKey: 'test' }],
    ['another access key', vanilla, { ...credentials, accessKeyId: 'test' }],
    ['another body', { ...vanilla, body: Buffer.from('{}') }, credentials],
    ['another path', { ...vanilla, url: '/applications' }, credentials],
    ['another method', { ...vanilla, method: 'DELETE' }, credentials],
    ['another host', { ...vanilla, headers: { ...vanilla.headers, host: 'other' } }, credentials],
    ['none at all', call({ headers: {} }), credentials],
    ['something else', call({ headers: { authorization: 'Bearer test' } }), credentials],
  ])('is refused: %s', (_, other, known) => {
    expect(() => requireSignature(other, known)).toThrow('Expected a signature by the credentials of the stack');
  });
});

test.each<[string, Partial<Call>]>([
  ['an origin', { headers: { origin: 'https://evil.example' } }],
  ['the origin of a page from a file', { headers: { origin: 'null' } }],
  ['a page that it came from', { headers: { referer: 'https://evil.example/' } }],
  ['a browser’s word for where it came from', { headers: { 'sec-fetch-site': 'none' } }],
  ['the name of a page that resolves to this machine', { headers: { host: 'evil.example:8998' } }],
  ['another port', { headers: { host: '127.0.0.1:80' } }],
  ['no host', { headers: { host: undefined } }],
  ['a body whose type a page may choose', { method: 'POST', headers: { 'content-type': 'text/plain' } }],
  ['a body without a type', { method: 'POST' }],
])('a call is refused that has %s', (_, { method = 'GET', headers }) => {
  const whole = { method, url: '/', headers: { host: '127.0.0.1:8998', ...headers } };
  expect(() => refuseWebPages(whole, ['127.0.0.1:8998', 'localhost:8998'])).toThrow(/^Expected .*, got /);
});

test('a program’s call is not', () => {
  const hosts = ['127.0.0.1:8998', 'localhost:8998'];
  for (const host of hosts)
    expect(() => refuseWebPages({ method: 'GET', url: '/', headers: { host } }, hosts)).not.toThrow();
  const headers = { host: '127.0.0.1:8998', 'content-type': 'application/json' };
  expect(() => refuseWebPages({ method: 'POST', url: '/', headers }, hosts)).not.toThrow();
});
