/** How programs of the stack reach a lake that is in another S3 than LocalStack's. */
import { lakeVariables } from '#adapters/configuration.ts';

export interface LakeAccess {
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** What a function finds in its environment. */
export const lakeEnvironment = ({ endpoint, bucket, ...login }: LakeAccess): Record<string, string> => ({
  AWS_ENDPOINT_URL_S3: endpoint,
  LAKE_BUCKET: bucket,
  ...loginOf(login),
});

/** Hadoop puts the variable in: https://hadoop.apache.org/docs/r3.3.4/api/org/apache/hadoop/conf/Configuration.html */
const fromEnvironment = (variable: string): string => `\${env.${variable}}`;

/** What Spark is told; the login is in the environment of its JVM, since `ps` shows its properties. */
export const sparkLake = ({ endpoint, region }: LakeAccess): Record<string, string> => ({
  'spark.hadoop.fs.s3a.endpoint': endpoint,
  'spark.hadoop.fs.s3a.endpoint.region': region,
  'spark.hadoop.fs.s3a.access.key': fromEnvironment('LAKE_ACCESS_KEY_ID'),
  'spark.hadoop.fs.s3a.secret.key': fromEnvironment('LAKE_SECRET_ACCESS_KEY'),
});

export const loginOf = ({
  region,
  accessKeyId,
  secretAccessKey,
}: Pick<LakeAccess, 'region' | 'accessKeyId' | 'secretAccessKey'>): Record<string, string> =>
  lakeVariables({ region, credentials: { accessKeyId, secretAccessKey } });
