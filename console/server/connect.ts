/** What the page asks about the ways into the backbone, and the record that it sends on one of them. */
import { z } from 'zod';
import { catalogue, type Stream } from '#domain/streams.ts';
import { connectTo } from '#operations/connect/connect.ts';
import { produceExample } from '#operations/connect/produce-example.ts';
import { openSince } from '#operations/connect/since.ts';
import type { Connecting } from '../api.ts';
import { Refusal } from './refusal.ts';
import { type Route, route, type Serving } from './route.ts';

const topic = z.enum(catalogue.map(({ topic }) => topic));

const streamOf = (topic: string): Stream => catalogue.find((each) => each.topic === topic) as Stream;

export function connectRoutes(sinceOf = openSince()): readonly Route[] {
  const answer = async (topic: string, { backbone }: Serving, secrets: boolean): Promise<Connecting> => {
    const connect = await connectTo(backbone, streamOf(topic), { secrets });
    if (!connect)
      throw new Refusal(404, 'not_known', 'In AWS only programs in the environment’s own network reach its services.', {
        hint: 'The page has no addresses and logins to show here, and sends no example.',
      });
    const places = connect.places.map((place) => ({ ...place, since: sinceOf(place.name, place.answers) }));
    return { ...connect, places };
  };
  return [
    route({
      ...{ method: 'GET', path: '/api/connect', right: 'look', operation: connectTo },
      asks: { topic: topic.default('orders') },
      answer: ({ topic }, serving) => answer(topic, serving, false),
    }),
    // With a login one can change anything: so it takes the right to act, and a POST, which no link can make.
    route({
      ...{ method: 'POST', path: '/api/connect/logins', right: 'act', operation: connectTo, command: 'connect' },
      asks: { topic: topic.default('orders') },
      answer: ({ topic }, serving) => answer(topic, serving, true),
    }),
    route({
      ...{ method: 'POST', path: '/api/produce', right: 'act', operation: produceExample, command: 'produce' },
      asks: { topic },
      answer({ topic }, { backbone }) {
        // There the page's server has no way to Kafka, or one that only reads.
        if (!backbone.access)
          throw new Refusal(409, 'not_from_here', 'From this page nothing can be sent to Kafka.', {
            hint: 'In AWS a program in the environment’s own network can, with a role that may write to the topic.',
          });
        return produceExample(backbone, streamOf(topic));
      },
    }),
  ];
}
