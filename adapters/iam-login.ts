/**
 * Logs in with IAM: the running role signs a request, which the service accepts in place of a password.
 *
 * Both tokens are presigned URLs (Signature Version 4, https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html).
 * These lines replace two packages; the one for Kafka would load the client of STS at every cold start.
 */
import { secretsManager } from './secrets.ts';
import { sha256, signature, uriEncode } from './signature.ts';

export interface Signer {
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Roles have one, users don't. */
  readonly sessionToken?: string | undefined;
}

/** Seconds, the most that both services accept. Only the login has to happen in time; the connection may last longer. */
const VALID_FOR = 900;

/** The credentials of this process, which every client of the SDK finds and renews. */
export async function currentSigner(): Promise<Signer> {
  const { config } = secretsManager();
  const [region, { accessKeyId, secretAccessKey, sessionToken }] = await Promise.all([
    config.region(),
    config.credentials(),
  ]);
  return { region, accessKeyId, secretAccessKey, sessionToken };
}

/**
 * The password for one login to PostgreSQL, on RDS or through RDS Proxy.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.Connecting.html
 */
export function databaseToken(
  signer: Signer,
  { host, port, user }: { readonly host: string; readonly port: number; readonly user: string },
  now = new Date(),
): string {
  return presign(signer, 'rds-db', `${host}:${port}`, { Action: 'connect', DBUser: user }, now);
}

/**
 * The bearer token for one SASL/OAUTHBEARER login to MSK.
 * https://github.com/aws/aws-msk-iam-auth#uriencode-and-base64-encode
 */
export function kafkaToken(signer: Signer, now = new Date()): string {
  const url = presign(
    signer,
    'kafka-cluster',
    `kafka.${signer.region}.amazonaws.com`,
    { Action: 'kafka-cluster:Connect' },
    now,
  );
  return Buffer.from(`https://${url}&User-Agent=tillstream`).toString('base64url');
}

/**
 * As whom AWS knows this process: the ARN of its user, or of its session in a role.
 *
 * @param endpoint another than AWS's own, such as LocalStack's
 */
export async function callerOf(endpoint?: string): Promise<string> {
  const signer = await currentSigner();
  const base = endpoint ?? `https://sts.${signer.region}.amazonaws.com`;
  const { protocol, host } = new URL(base);
  const query = { Action: 'GetCallerIdentity', Version: '2011-06-15' };
  const answer = await fetch(`${protocol}//${presign(signer, 'sts', host, query, new Date())}`, {
    signal: AbortSignal.timeout(10_000),
  });
  const text = await answer.text();
  const [, arn] = /<Arn>([^<]+)<\/Arn>/.exec(text) ?? [];
  if (arn) return arn;
  const [, code = `status ${answer.status}`] = /<Code>([^<]+)<\/Code>/.exec(text) ?? [];
  throw new Error(`AWS doesn't say who you are: ${code}`);
}

/** @returns the URL without `https://` */
function presign(signer: Signer, service: string, host: string, query: Record<string, string>, now: Date): string {
  const time = now.toISOString().replace(/[-:]|\.\d{3}/g, '');
  const day = time.slice(0, 8);
  const scope = `${day}/${signer.region}/${service}/aws4_request`;
  const parameters = {
    ...query,
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': `${signer.accessKeyId}/${scope}`,
    'X-Amz-Date': time,
    'X-Amz-Expires': String(VALID_FOR),
    ...(signer.sessionToken && { 'X-Amz-Security-Token': signer.sessionToken }),
    'X-Amz-SignedHeaders': 'host',
  };
  const canonicalQuery = Object.entries(parameters)
    .map((pair) => pair.map(uriEncode).join('='))
    .sort()
    .join('&');
  const canonicalRequest = ['GET', '/', canonicalQuery, `host:${host}`, '', 'host', sha256('')].join('\n');
  return `${host}/?${canonicalQuery}&X-Amz-Signature=${signature(signer.secretAccessKey, time, scope, canonicalRequest)}`;
}
