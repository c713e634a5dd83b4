import { Peer, Port, SecurityGroup, type Vpc } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';

/** Where MSK listens for clients that log in with IAM, inside the VPC. */
export const KAFKA_IAM_PORT = 9098;
export const POSTGRES_PORT = 5432;
const HTTPS = Port.tcp(443);
const POSTGRES = Port.tcp(POSTGRES_PORT);
const KAFKA = Port.tcp(KAFKA_IAM_PORT);

/**
 * All rules between security groups: each service that listens has a group, and each right to call one has a group, which
 * callers join. Making them together also keeps the other stacks from depending on each other.
 */
export class SecurityGroups extends Construct {
  /** For calls to AWS services and anything else over HTTPS; their addresses change, so any address is allowed. */
  readonly https: SecurityGroup;
  /** The private addresses of AWS services, in environments that have them. */
  readonly endpoints: SecurityGroup;
  readonly databaseClients: SecurityGroup;
  /** For calls to PostgreSQL past the proxy: those that change the schema and the proxy's own passwords. */
  readonly databaseAdmins: SecurityGroup;
  readonly databaseProxy: SecurityGroup;
  readonly database: SecurityGroup;
  readonly kafkaClients: SecurityGroup;
  readonly brokers: SecurityGroup;

  constructor(scope: Construct, id: string, vpc: Vpc) {
    super(scope, id);
    const group = (name: string, description: string): SecurityGroup =>
      new SecurityGroup(this, name, { vpc, description, allowAllOutbound: false });
    const allow = (from: SecurityGroup, to: SecurityGroup, port: Port, description: string): void => {
      from.addEgressRule(to, port, description);
      to.addIngressRule(from, port, description);
    };

    this.https = group('Https', 'May call AWS services');
    this.endpoints = group('Endpoints', 'Private addresses of AWS services');
    this.databaseClients = group('DatabaseClients', 'May log in to PostgreSQL through its proxy');
    this.databaseAdmins = group('DatabaseAdmins', 'May log in to PostgreSQL itself');
    this.databaseProxy = group('DatabaseProxy', 'The proxy of PostgreSQL');
    this.database = group('Database', 'PostgreSQL');
    this.kafkaClients = group('KafkaClients', 'May log in to Kafka');
    this.brokers = group('Brokers', 'Kafka, and the pollers of Lambda');

    for (const caller of [this.https, this.brokers]) {
      caller.addEgressRule(Peer.anyIpv4(), HTTPS, 'AWS services');
      this.endpoints.addIngressRule(caller, HTTPS, 'AWS services');
    }
    allow(this.databaseClients, this.databaseProxy, POSTGRES, 'SQL to the proxy');
    allow(this.databaseProxy, this.database, POSTGRES, 'The proxy to PostgreSQL');
    allow(this.databaseAdmins, this.database, POSTGRES, 'Migrations and passwords');
    allow(this.kafkaClients, this.brokers, KAFKA, 'Kafka with IAM');
    // The network interfaces of Lambda's pollers are in the brokers' own group and subnets:
    // https://docs.aws.amazon.com/lambda/latest/dg/with-msk-cluster-network.html
    // They call Lambda and STS, and the brokers.
    allow(this.brokers, this.brokers, KAFKA, 'Pollers to brokers');
  }
}
