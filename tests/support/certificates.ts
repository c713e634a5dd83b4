/** Certificates for servers of a test on this machine, by an authority that nobody else believes. */
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { inRepository, installFolder } from '#adapters/repository.ts';
import { installLocalStack } from '#localstack/install/localstack.ts';

/** Files in PEM. */
export interface Certificates {
  readonly authority: string;
  readonly server: Certificate;
  readonly client: Certificate;
}

export interface Certificate {
  readonly certificate: string;
  readonly key: string;
  /** Key and certificate in one file, as Java reads them. */
  readonly both: string;
}

/** By the Python of LocalStack, which has `cryptography`: openssl is not on every machine. */
export async function makeCertificates(folder: string): Promise<Certificates> {
  const python = await installLocalStack({ installFolder, report: () => {} });
  mkdirSync(folder, { recursive: true });
  execFileSync(python, [inRepository('tests/fixtures/certificates.py'), folder]);
  const of = (name: string): Certificate => ({
    certificate: join(folder, `${name}.crt`),
    key: join(folder, `${name}.key`),
    both: join(folder, `${name}.pem`),
  });
  return { authority: join(folder, 'authority.crt'), server: of('server'), client: of('client') };
}
