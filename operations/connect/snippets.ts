/** Programs of a few lines that reach a backbone as it is: to be copied and run. Pure. */
import { quoted } from '../quoted.ts';
import type { Clients } from './access.ts';

export interface Snippet {
  /** As people know the client, such as "kcat". */
  readonly client: string;
  readonly does: string;
  /** What has to be installed, or how it is run. */
  readonly needs: string;
  readonly text: string;
}

export interface Example {
  readonly topic: string;
  /** The record's key, and its value: JSON in one line. */
  readonly key: string;
  readonly value: string;
  /** The folder of the lake where its records are; null if they aren't in the lake. */
  readonly lake: string | null;
}

export function snippetsOf(clients: Clients, example: Example): readonly Snippet[] {
  return [
    ...kcat(clients, example),
    java(clients, example),
    python(clients, example),
    node(clients, example),
    psql(clients, example),
    aws(clients, example),
  ];
}

/** librdkafka by itself hashes keys otherwise than Java does, and a key's records would lie in two partitions, in no order. */
const PARTITIONER = 'murmur2_random';

const kcat = ({ brokers }: Clients, { topic, key, value }: Example): Snippet[] => {
  const to = `kcat -b ${quoted(brokers)} -t ${quoted(topic)}`;
  return [
    {
      client: 'kcat',
      does: 'Sends a record, then shows the last five of each partition',
      needs: 'kcat 1.7, as the packages of Debian, Ubuntu and Homebrew have it',
      text: `printf '%s' ${quoted(value)} | ${to} -P -X partitioner=${PARTITIONER} -k ${quoted(key)}\n${to} -C -o -5 -e -f '%p/%o %k %s\\n'`,
    },
  ];
};

/** JSON's escapes are also those of Java, Python and JavaScript, as long as the text is ASCII. */
function literal(text: string): string {
  const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(text).replaceAll(/[^ -~]/g, escaped);
}

const java = ({ brokers }: Clients, { topic, key, value }: Example): Snippet => ({
  client: 'Java',
  does: 'Sends a record, and prints where it is',
  needs: 'Java 21 and the jars of kafka-clients: java -cp "kafka-clients/*" Send.java',
  text: `import java.util.Map;
import org.apache.kafka.clients.producer.*;
import org.apache.kafka.common.serialization.StringSerializer;

class Send {
  public static void main(String[] arguments) throws Exception {
    Map<String, Object> settings = Map.of("bootstrap.servers", ${literal(brokers)}, "enable.idempotence", true);
    try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
      var record = new ProducerRecord<>(${literal(topic)}, ${literal(key)}, ${literal(value)});
      System.out.println(producer.send(record).get());
    }
  }
}`,
});

const python = ({ brokers }: Clients, { topic, key, value }: Example): Snippet => ({
  client: 'Python',
  does: 'Sends a record, and prints where it is',
  needs: 'pip install confluent-kafka',
  text: `from confluent_kafka import Producer


def written(error, record):
    print(error or f"{record.topic()} {record.partition()}/{record.offset()}")


settings = {"bootstrap.servers": ${literal(brokers)}, "enable.idempotence": True, "partitioner": "${PARTITIONER}"}
producer = Producer(settings)
producer.produce(${literal(topic)}, key=${literal(key)}, value=${literal(value)}, on_delivery=written)
producer.flush()`,
});

const node = ({ brokers }: Clients, { topic, key, value }: Example): Snippet => ({
  client: 'Node',
  does: 'Sends a record, and prints where it is',
  needs: 'npm install kafkajs, in a file that ends in .mjs',
  text: `import kafkajs from 'kafkajs';

const kafka = new kafkajs.Kafka({ clientId: 'shop', brokers: [${brokers.split(',').map(literal).join(', ')}] });
const producer = kafka.producer({ idempotent: true, createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
await producer.connect();
const message = { key: ${literal(key)}, value: ${literal(value)} };
const [written] = await producer.send({ topic: ${literal(topic)}, messages: [message] });
console.log(\`\${written.topicName} \${written.partition}/\${written.baseOffset}\`);
await producer.disconnect();`,
});

const QUESTIONS: Readonly<Record<string, string>> = {
  orders:
    'select order_id, amount, currency, created_at from warehouse.newest_orders(1) order by created_at desc limit 5',
  transactions: 'select currency, status, count(*) from payments.transactions_clean group by currency, status',
  user_events: 'select * from gold.daily_product_clicks order by event_date desc limit 5',
};
const OF_STOCK = 'select product_id, quantity_on_hand from inventory.inventory order by quantity_on_hand limit 5';

/** What analysts may see of what has become of a topic's records. */
export const questionOf = (topic: string): string => QUESTIONS[topic] ?? OF_STOCK;

const psql = ({ database }: Clients, { topic }: Example): Snippet => {
  const { host, port, name, user, password, tls } = database;
  const address = new URL(`postgresql://${host}:${port}/${encodeURIComponent(name)}${tls}`);
  address.username = user;
  return {
    client: 'psql',
    does: 'Asks what became of the records',
    needs: 'psql, of any version',
    text: `PGPASSWORD=${quoted(password)} psql ${quoted(address.href)} -c ${quoted(questionOf(topic))}`,
  };
};

const aws = ({ lake }: Clients, example: Example): Snippet => {
  const { endpoint, region, bucket, login } = lake;
  const keys = login
    ? `AWS_ACCESS_KEY_ID=${quoted(login.accessKeyId)} AWS_SECRET_ACCESS_KEY=${quoted(login.secretAccessKey)} `
    : '';
  const place = `s3://${bucket}/${example.lake === null ? '' : `${example.lake}/`}`;
  return {
    client: 'aws s3',
    does: example.lake === null ? 'Lists the lake, which has none of this topic' : 'Lists the objects of the lake',
    needs: login ? 'the AWS CLI' : 'the AWS CLI, with your login',
    text: `${keys}AWS_REGION=${quoted(region)} \\\n  aws --endpoint-url ${quoted(endpoint)} s3 ls --recursive ${quoted(place)}`,
  };
};
