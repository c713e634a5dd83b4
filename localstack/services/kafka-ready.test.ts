import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, test } from 'vitest';
import { answersApiVersions, apiVersionsRequest, isApiVersionsAnswer } from './kafka-ready.ts';

test('the request is ApiVersions, version 0, with its length in front', () => {
  const request = apiVersionsRequest();
  expect(request.readInt32BE(0)).toBe(request.length - 4);
  expect([request.readInt16BE(4), request.readInt16BE(6)]).toEqual([18, 0]);
});

test('an error code, another correlation id or a truncated answer does not count', () => {
  const good = Buffer.concat([Buffer.from([0, 0, 0, 10]), apiVersionsRequest().subarray(8, 12), Buffer.alloc(6)]);
  expect(isApiVersionsAnswer(good)).toBe(true);
  const error = Buffer.from(good);
  error.writeInt16BE(35, 8); // UNSUPPORTED_VERSION
  expect(isApiVersionsAnswer(error)).toBe(false);
  const other = Buffer.from(good);
  other.writeInt32BE(1, 4);
  expect(isApiVersionsAnswer(other)).toBe(false);
  expect(isApiVersionsAnswer(good.subarray(0, 9))).toBe(false);
});

test('a server that is not Kafka, or none at all, does not count', async () => {
  const server = createServer((socket) => {
    socket.on('error', () => {}).resume();
    socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  expect(await answersApiVersions(port)).toBe(false);
  await once(server.close(), 'close');
  expect(await answersApiVersions(port)).toBe(false);
});
