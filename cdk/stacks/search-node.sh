#!/usr/bin/env bash
# Makes an Amazon Linux 2023 instance a node of Elasticsearch. The stack sets, before this:
#   VERSION SECRET_ID SNAPSHOTS REGION
# All that the node holds is in PostgreSQL too, or in the snapshots: a node that is lost is made anew like the first one.
set -euo pipefail
export AWS_DEFAULT_REGION=$REGION
etc=/etc/elasticsearch

token=$(curl -fsS -X PUT http://169.254.169.254/latest/api/token -H 'X-aws-ec2-metadata-token-ttl-seconds: 300')
address=$(curl -fsS http://169.254.169.254/latest/meta-data/local-ipv4 -H "X-aws-ec2-metadata-token: $token")
url=https://$address

package=elasticsearch-$VERSION-$(uname -m).rpm
cd "$(mktemp -d)"
curl -fsSO "https://artifacts.elastic.co/downloads/elasticsearch/$package"
curl -fsSO "https://artifacts.elastic.co/downloads/elasticsearch/$package.sha512"
sha512sum --check "$package.sha512"
dnf install -y jq openssl "./$package"

# The node's certificate is signed by an authority of its own.
openssl req -x509 -newkey rsa:3072 -nodes -days 3650 -subj '/CN=Tillstream search' -keyout ca.key -out ca.pem
openssl req -newkey rsa:3072 -nodes -subj "/CN=$address" -keyout "$etc/http.key" -out http.csr
openssl x509 -req -in http.csr -CA ca.pem -CAkey ca.key -days 3650 -out "$etc/http.pem" \
  -extfile <(echo "subjectAltName=IP:$address")
rm ca.key
secret=$(aws secretsmanager get-secret-value --secret-id "$SECRET_ID" --query SecretString --output text)
password=$(jq -r .password <<< "$secret")

cat > "$etc/elasticsearch.yml" <<YAML
cluster.name: tillstream
node.name: $address
discovery.type: single-node
network.host: 0.0.0.0
# 443, so that the network's rule for services called by HTTPS is enough.
http.port: 443
path.data: /var/lib/elasticsearch
path.logs: /var/log/elasticsearch
xpack.security.enabled: true
xpack.security.http.ssl:
  enabled: true
  key: $etc/http.key
  certificate: $etc/http.pem
# A single node talks to no other; nothing listens for them beyond the node itself.
transport.host: 127.0.0.1
xpack.security.transport.ssl.enabled: false
s3.client.default.region: $REGION
YAML
chown root:elasticsearch "$etc/http.key" "$etc/http.pem"
chmod 640 "$etc/http.key" "$etc/http.pem"
rm -f "$etc/elasticsearch.keystore"
/usr/share/elasticsearch/bin/elasticsearch-keystore create
/usr/share/elasticsearch/bin/elasticsearch-keystore add --stdin bootstrap.password <<< "$password"
chown root:elasticsearch "$etc/elasticsearch.keystore"
chmod 660 "$etc/elasticsearch.keystore"
echo net.ipv4.ip_unprivileged_port_start=443 > /etc/sysctl.d/60-https.conf
sysctl --load /etc/sysctl.d/60-https.conf
mkdir -p /etc/systemd/system/elasticsearch.service.d
printf '[Service]\nRestart=always\n' > /etc/systemd/system/elasticsearch.service.d/restart.conf
systemctl daemon-reload
systemctl enable --now elasticsearch

ask() { curl -fsS --retry 30 --retry-all-errors --retry-delay 4 --cacert ca.pem -u "elastic:$password" -H 'content-type: application/json' "$@"; }
ask "$url/_cluster/health?wait_for_status=yellow&timeout=60s"
ask -X PUT "$url/_snapshot/s3" -d "{\"type\": \"s3\", \"settings\": {\"bucket\": \"$SNAPSHOTS\"}}"
ask -X PUT "$url/_slm/policy/daily" -d '{"schedule": "0 30 2 * * ?", "name": "<daily-{now/d}>", "repository": "s3",
  "config": {"include_global_state": true}, "retention": {"expire_after": "14d", "min_count": 3}}'

# Clients that connect from now on find the new node by this.
aws secretsmanager put-secret-value --secret-id "$SECRET_ID" \
  --secret-string "$(jq --rawfile ca ca.pem --arg url "$url" '. + {$url, $ca}' <<< "$secret")" > /dev/null
