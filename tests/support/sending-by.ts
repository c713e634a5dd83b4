import type { KafkaConnection, Producer } from '#adapters/kafka/index.ts';

/** Connects as `connect` does; the connection's producers send by the function that is made of each. */
export const sendingBy =
  (connect: () => Promise<KafkaConnection>, send: (producer: Producer) => Producer['send']) =>
  async (): Promise<KafkaConnection> => {
    const connection = await connect();
    const producer = async () => {
      const real = await connection.producer();
      return { ...real, send: send(real) };
    };
    return { ...connection, producer };
  };
