/** Where other programs reach the parts of a backbone, and as whom. Whoever opens the backbone knows it; the cloud's has none. */
import type { Service } from '../services.ts';

export interface Login {
  readonly user: string;
  readonly password: string;
}

export interface Fact {
  /** Such as "user". */
  readonly name: string;
  readonly value: string;
  /** Only for who may act: with it one could do as much without the page. */
  readonly isSecret: boolean;
}

/** A service, and what one has to know to use it. */
export interface Place extends Service {
  readonly purpose: string;
  readonly facts: readonly Fact[];
}

export interface Access {
  readonly places: readonly Place[];
  /** What the snippets are made of. */
  readonly clients: Clients;
  /** Where the addresses hold, if not on the machine of who reads them, such as "the containers of docker compose". */
  readonly within: string | null;
}

export interface Clients {
  /** "host:port,…" */
  readonly brokers: string;
  /** `tls` follows the database's name in an address; empty without TLS. */
  readonly database: Login & {
    readonly host: string;
    readonly port: number;
    readonly name: string;
    readonly tls: string;
  };
  readonly lake: {
    readonly endpoint: string;
    readonly region: string;
    readonly bucket: string;
    /** Missing where whoever asks has it already. */
    readonly login?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
}

/** What stands in a snippet in the place of a secret that isn't shown. */
export const HIDDEN = '…';

/** For who may only look: the same without a secret. */
export function withoutSecrets({ places, clients, within }: Access): Access {
  const { database, lake } = clients;
  return {
    within,
    places: places.map((place) => ({
      ...place,
      facts: place.facts.map((fact) => (fact.isSecret ? { ...fact, value: HIDDEN } : fact)),
    })),
    clients: {
      ...clients,
      database: { ...database, password: HIDDEN },
      lake: { ...lake, ...(lake.login && { login: { accessKeyId: HIDDEN, secretAccessKey: HIDDEN } }) },
    },
  };
}
