/** How clients of LocalStack log in. It takes any credentials, and makes a separate account of some access keys. */

export const REGION = 'us-east-1';
export const localCredentials = { accessKeyId: 'test', secretAccessKey: 'test' } as const;

/** What a process finds in its environment, to be such a client. */
export const awsVariables = (endpoint: string) => ({
  AWS_ENDPOINT_URL: endpoint,
  AWS_REGION: REGION,
  AWS_DEFAULT_REGION: REGION,
  AWS_ACCESS_KEY_ID: localCredentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: localCredentials.secretAccessKey,
});
