import { Peer, Port, SecurityGroup, type Vpc } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';

/** Where MSK listens for clients that log in with IAM, inside the VPC. */
export const KAFKA_IAM_PORT = 9098;
export const POSTGRES_PORT = 5432;
const HTTPS = Port.tcp(443);
const POSTGRES = Port.tcp(POSTGRES_PORT);
const KAFKA = Port.tcp(KAFKA_IAM_PORT);

/**
 * Who may talk to whom, all in one place: a group for each that listens, and one for each right to call it. Who calls is
 * given the groups of what it needs. That they are made together also keeps the other stacks free of each other.
 */
export class SecurityGroups extends Construct {
  /** AWS's services and what else speaks HTTPS. Their addresses change, so any is allowed. */
  readonly https: SecurityGroup;
  /** Private addresses of AWS services, where there are any. */
  readonly endpoints: SecurityGroup;
  readonly databaseClients: SecurityGroup;
  /** Around the proxy, for who changes the schema and the passwords that the proxy logs in with. */
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
