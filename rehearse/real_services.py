"""What the emulator hands on to real services: clusters and topics to the broker, caches and their users to Redis."""
import datetime
import json
import os
import re
import socket
import ssl
import subprocess
import uuid

from ministack.services import lambda_svc, msk
from resource_types import add_type, arn, wrap

REDIS_ADDRESS = (os.environ["REHEARSE_REDIS_HOST"], int(os.environ["REHEARSE_REDIS_PORT"]))

# MSK: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_MSK.html


def start_cluster(kind, properties):
    suffix = "s1" if kind == "SERVERLESS" else "7"
    ref = arn("kafka", f"cluster/{properties['ClusterName']}/{uuid.uuid4()}-{suffix}")
    msk._clusters[ref] = {
        "ClusterArn": ref,
        "ClusterName": properties["ClusterName"],
        "ClusterType": kind,
        "State": "ACTIVE",
        "CreationTime": datetime.datetime.now(datetime.timezone.utc).isoformat(),
        "CurrentVersion": "K1",
        "NumberOfBrokerNodes": int(properties.get("NumberOfBrokerNodes") or 0),
        "CurrentBrokerSoftwareInfo": {"KafkaVersion": properties.get("KafkaVersion", "")},
        "BrokerNodeGroupInfo": properties.get("BrokerNodeGroupInfo", {}),
        "Tags": {},
    }
    return ref


def check_brokers(properties):
    group = properties["BrokerNodeGroupInfo"]
    zones = len(group.get("ClientSubnets", []))
    brokers = int(properties["NumberOfBrokerNodes"])
    if zones == 0 or brokers % zones != 0:
        raise ValueError(f"NumberOfBrokerNodes {brokers} must be a multiple of the {zones} client subnets")
    if str(group.get("InstanceType", "")).startswith("express.") and zones != 3:
        raise ValueError(f"Express brokers need 3 client subnets, not {zones}")


def add_msk():
    describe = lambda ref, properties: {"Arn": ref, "CurrentVersion": "K1"}
    end = lambda ref: msk._clusters.pop(ref, None)
    add_type("AWS::MSK::ServerlessCluster", ["ClusterName", "VpcConfigs", "ClientAuthentication"],
             lambda properties: start_cluster("SERVERLESS", properties), describe, remove=end)
    add_type("AWS::MSK::Cluster", ["ClusterName", "KafkaVersion", "NumberOfBrokerNodes", "BrokerNodeGroupInfo"],
             lambda properties: start_cluster("PROVISIONED", properties), describe, check_brokers, end)
    add_type("AWS::MSK::Configuration", ["Name", "ServerProperties"],
             lambda properties: arn("kafka", f"configuration/{properties['Name']}/{uuid.uuid4()}-1"),
             lambda ref, properties: {"Arn": ref, "LatestRevision.Revision": 1})
    add_type("AWS::MSK::Topic", ["ClusterArn", "TopicName", "PartitionCount", "ReplicationFactor"], make_topic,
             lambda ref, properties: {"TopicArn": ref}, check_topic, lambda ref: change_topic("delete", {"topic": ref.rsplit("/", 1)[-1]}))


def check_topic(properties):
    if msk._clusters.get(properties["ClusterArn"], {}).get("ClusterType") != "PROVISIONED":
        raise ValueError("AWS::MSK::Topic: the topic APIs are for clusters that are provisioned")


def make_topic(properties):
    change_topic("create", {
        "topic": properties["TopicName"],
        "partitions": int(properties["PartitionCount"]),
        "configs": properties.get("Configs", ""),
    })
    return properties["ClusterArn"].replace(":cluster/", ":topic/") + "/" + properties["TopicName"]


def change_topic(work, topic):
    command = [*json.loads(os.environ["REHEARSE_TOPIC_COMMAND"]), work, json.dumps(topic)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=300)
    if ended.returncode != 0:
        raise ValueError(f"AWS::MSK::Topic {topic['topic']}: {ended.stderr.strip()[-300:]}")


# ElastiCache: the addresses are the real Redis's, and so are the users.


def redis_command(*words):
    """One command to the real Redis, as its administrator. Raises ValueError with what Redis says."""
    trusted = ssl.create_default_context(cafile=os.environ["NODE_EXTRA_CA_CERTS"])
    # From Python 3.13 on a certificate that signs itself would have to be more than it is.
    trusted.verify_flags &= ~ssl.VERIFY_X509_STRICT
    with socket.create_connection(REDIS_ADDRESS, timeout=10) as plain:
        with trusted.wrap_socket(plain, server_hostname=REDIS_ADDRESS[0]) as connection:
            for command in (("AUTH", "rehearsal", os.environ["REHEARSE_REDIS_PASSWORD"]), words):
                parts = [word.encode() for word in command]
                connection.sendall(b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%s\r\n" % (len(part), part) for part in parts))
                answer = connection.recv(4096).decode(errors="replace")
                if answer.startswith("-"):
                    raise ValueError(f"Redis refuses {command[0]} {command[1]}: {answer[1:].strip()}")


def set_user(properties):
    """A command that Redis 7.0 does not have yet (CLIENT SETINFO) cannot be allowed there either, and is left out."""
    mode = properties.get("AuthenticationMode") or {}
    rules = [f">{password}" for password in mode.get("Passwords") or []] + properties["AccessString"].split()
    while True:
        try:
            return redis_command("ACL", "SETUSER", properties["UserName"], "reset", *rules)
        except ValueError as refusal:
            unknown = re.search(r"modifier '(\S+)': Unknown command", str(refusal))
            if unknown is None or unknown[1] not in rules:
                raise
            rules.remove(unknown[1])
            print(f"This Redis has no {unknown[1][1:]}: left out of the user's commands", flush=True)


def add_cache():
    endpoints = lambda ref, properties: {
        "ARN": arn("elasticache", f"serverlesscache:{ref}"),
        **{f"{kind}.Address": REDIS_ADDRESS[0] for kind in ("Endpoint", "ReaderEndpoint")},
        **{f"{kind}.Port": str(REDIS_ADDRESS[1]) for kind in ("Endpoint", "ReaderEndpoint")},
    }
    add_type("AWS::ElastiCache::ServerlessCache", ["Engine", "ServerlessCacheName"],
             lambda properties: properties["ServerlessCacheName"], endpoints)

    def create_user(original, logical_id, properties, *rest):
        set_user(properties)
        return original(logical_id, properties, *rest)

    def update_user(original, ref, old, new, *rest):
        set_user(new)
        return original(ref, old, new, *rest)

    def delete_user(original, ref, properties, *rest):
        redis_command("ACL", "DELUSER", properties["UserName"])
        return original(ref, properties, *rest)

    wrap("AWS::ElastiCache::User", "create", create_user)
    wrap("AWS::ElastiCache::User", "update", update_user)
    wrap("AWS::ElastiCache::User", "delete", delete_user)


# Event source mappings: https://docs.aws.amazon.com/lambda/latest/dg/with-msk.html

PROVISIONED_ONLY = ("FunctionResponseTypes", "BisectBatchOnFunctionError", "MaximumRetryAttempts",
                    "MaximumRecordAgeInSeconds", "LoggingConfig", "MetricsConfig")
KEPT = ("Topics", "ProvisionedPollerConfig", "AmazonManagedKafkaEventSourceConfig", "SourceAccessConfigurations",
        "MetricsConfig", "LoggingConfig", "StartingPositionTimestamp")


def check_mapping(properties):
    if ":kafka:" not in str(properties.get("EventSourceArn", "")):
        return
    wrong = []
    if not 1 <= int(properties.get("BatchSize", 100)) <= 10_000:
        wrong.append(f"BatchSize {properties['BatchSize']} must be 1 to 10000")
    wrong += [f"{key} is required" for key in ("Topics", "StartingPosition") if not properties.get(key)]
    if not properties.get("ProvisionedPollerConfig"):
        wrong += [f"{key} needs ProvisionedPollerConfig" for key in PROVISIONED_ONLY if properties.get(key)]
    if properties["EventSourceArn"] not in msk._clusters:
        wrong.append(f"there is no cluster {properties['EventSourceArn']}")
    if wrong:
        raise ValueError("InvalidParameterValueException: " + "; ".join(wrong))


def keep_mapping(ref, properties):
    record = lambda_svc._esms[ref]
    record.update({key: properties[key] for key in KEPT if key in properties})


def add_mapping_rules():
    def create(original, logical_id, properties, stack):
        check_mapping(properties)
        ref, attributes = original(logical_id, properties, stack)
        keep_mapping(ref, properties)
        return ref, attributes

    def update(original, ref, old, new, stack):
        check_mapping(new)
        changed, attributes = original(ref, old, new, stack)
        keep_mapping(changed, new)
        return changed, attributes

    wrap("AWS::Lambda::EventSourceMapping", "create", create)
    wrap("AWS::Lambda::EventSourceMapping", "update", update)
