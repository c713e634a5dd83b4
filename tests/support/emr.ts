/** Calls the stand-in for EMR Serverless, signed as AWS's clients do. */
import { sha256, signature } from '#adapters/signature.ts';
import type { StackStatus } from '#localstack/stack/status.ts';

export type EmrAccess = StackStatus['emr'];

/** A header for each that a signed call has. */
export function signed(
  { endpoint, region, accessKeyId, secretAccessKey }: EmrAccess,
  method: string,
  path: string,
  body: string,
): Record<string, string> {
  const time = new Date().toISOString().replace(/[-:]|\.\d{3}/g, '');
  const scope = `${time.slice(0, 8)}/${region}/emr-serverless/aws4_request`;
  const { host } = new URL(endpoint);
  const headers = [`host:${host}`, `x-amz-date:${time}`, ''];
  const names = 'host;x-amz-date';
  const canonicalRequest = [method, path, '', ...headers, names, sha256(body)].join('\n');
  return {
    host,
    'x-amz-date': time,
    authorization:
      `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names}, ` +
      `Signature=${signature(secretAccessKey, time, scope, canonicalRequest)}`,
  };
}

/** @param path below the application, such as /jobruns */
export async function callEmr<T>(emr: EmrAccess, method: string, path: string, request?: object): Promise<T> {
  const whole = `/applications/${emr.applicationId}${path}`;
  const body = request ? JSON.stringify(request) : '';
  const response = await fetch(`${emr.endpoint}${whole}`, {
    method,
    headers: { ...signed(emr, method, whole, body), ...(request && { 'content-type': 'application/json' }) },
    ...(request && { body }),
  });
  return (await response.json()) as T;
}
