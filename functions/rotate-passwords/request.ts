import * as z from 'zod';

/** https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html */
const rotationEvent = z.object({
  Step: z.enum(['createSecret', 'setSecret', 'testSecret', 'finishSecret']),
  SecretId: z.string().min(1),
  /** Names the new version of the secret. */
  ClientRequestToken: z.string().min(1),
});

export interface Rotation {
  readonly step: z.infer<typeof rotationEvent>['Step'];
  readonly secretId: string;
  readonly version: string;
}

/** @throws if this is not an event that Secrets Manager sends to rotate a secret */
export function readRotation(event: unknown): Rotation {
  const parsed = rotationEvent.safeParse(event);
  if (!parsed.success)
    throw new Error(
      `Expected an event of Secrets Manager with Step, SecretId and ClientRequestToken: ${z.prettifyError(parsed.error)}`,
    );
  const { Step, SecretId, ClientRequestToken } = parsed.data;
  return { step: Step, secretId: SecretId, version: ClientRequestToken };
}
