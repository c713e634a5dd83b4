/** What a server of the page answers whoever asks without right or sense, wherever it runs. */

export interface Asked {
  readonly what: string;
  readonly status: number;
  readonly method?: 'GET' | 'POST' | 'PUT' | 'OPTIONS';
  readonly path: string;
  /** Beside the host and who asks; one that is here takes their place. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

const JSON_TYPE = { 'content-type': 'application/json' };

/** @param origin as browsers know the server */
export const pageRequests = (origin: string): readonly Asked[] => [
  { what: 'the page', status: 200, path: '/' },
  { what: 'who I am', status: 200, path: '/api/session' },
  {
    what: 'who I am, from the page itself',
    status: 200,
    path: '/api/session',
    headers: { origin, 'sec-fetch-site': 'same-origin' },
  },
  { what: 'another host', status: 421, path: '/api/session', headers: { host: 'evil.example' } },
  { what: 'another host, for the page', status: 421, path: '/', headers: { host: 'evil.example' } },
  { what: 'a page of another origin', status: 403, path: '/api/session', headers: { origin: 'https://evil.example' } },
  { what: 'a page of another site', status: 403, path: '/api/session', headers: { 'sec-fetch-site': 'cross-site' } },
  {
    what: 'a form',
    status: 403,
    method: 'POST',
    path: '/api/check',
    headers: { 'content-type': 'text/plain' },
    body: '{}',
  },
  { what: 'no JSON', status: 400, method: 'POST', path: '/api/check', headers: JSON_TYPE, body: '{' },
  { what: 'what nobody understands', status: 400, path: '/api/proofs?limit=all' },
  { what: 'nothing that is there', status: 404, path: '/api/nothing' },
  { what: 'a file that is not there', status: 404, path: '/../package.json' },
  { what: 'a method that a route has not', status: 405, method: 'PUT', path: '/api/session' },
];
