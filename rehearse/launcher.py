"""Starts MiniStack (MIT, pinned in python-tools.ts) with what the templates of this project need and it lacks.

It changes no file of the package. What it adds, and how true that is:

- MSK clusters, configurations and topics. A topic is made on the real broker, as MSK does it on a provisioned cluster.
- A serverless cache, and the user of a cache: the user is made in the real Redis, with the access string of the template.
- Placeholders, which hold a name and do nothing: scaling of services, flow logs, branding of the sign-in, addresses, NAT.
- Rules of AWS that are documented and that the emulator does not know: an event source mapping of MSK that Lambda would refuse.
- Functions reach AWS by `fetch` too, not by the SDK alone: their requests to *.amazonaws.com come here.

It ends, with the functions that it started, as soon as the program that started it is gone.
"""
import datetime
import json
import os
import re
import signal
import socket
import ssl
import string
import subprocess
import threading
import time
import uuid
from urllib.parse import unquote

from ministack.core import iam_actions, lambda_runtime
from ministack.core.responses import get_account_id, get_region
from ministack.services import ec2, lambda_svc, msk
from ministack.services.cloudformation import provisioners

HANDLERS = provisioners._RESOURCE_HANDLERS
REDIS_ADDRESS = (os.environ["REHEARSE_REDIS_HOST"], int(os.environ["REHEARSE_REDIS_PORT"]))


def arn(service, resource):
    return f"arn:aws:{service}:{get_region()}:{get_account_id()}:{resource}"


def require(properties, names):
    missing = [name for name in names if properties.get(name) in (None, "")]
    if missing:
        raise ValueError(f"Properties validation failed: required key(s) {', '.join(missing)} not found")


def add_type(name, required, identify, attributes, check=lambda properties: None, remove=lambda ref: None):
    """`identify`: what Ref gives. `attributes`: what GetAtt gives."""

    def create(logical_id, properties, stack):
        require(properties, required)
        check(properties)
        ref = identify(properties)
        return ref, attributes(ref, properties)

    def update(ref, old, new, stack):
        require(new, required)
        check(new)
        return ref, attributes(ref, new)

    HANDLERS[name] = {"create": create, "update": update, "delete": lambda ref, properties: remove(ref)}


def wrap(name, work, change):
    """Lets `change(original, *arguments)` stand for one of the emulator's own steps."""
    original = HANDLERS[name][work]
    HANDLERS[name] = {**HANDLERS[name], work: lambda *arguments: change(original, *arguments)}


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
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60)
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


# What holds a name and does nothing.


def add_placeholders():
    unique = lambda prefix: lambda properties: f"{prefix}-{uuid.uuid4().hex[:17]}"
    identity = lambda ref, properties: {"Id": ref}
    add_type("AWS::ApplicationAutoScaling::ScalableTarget",
             ["MaxCapacity", "MinCapacity", "ResourceId", "ScalableDimension", "ServiceNamespace"],
             lambda properties: "|".join(properties[key] for key in ("ResourceId", "ScalableDimension", "ServiceNamespace")), identity)
    add_type("AWS::ApplicationAutoScaling::ScalingPolicy", ["PolicyName", "PolicyType"],
             lambda properties: arn("autoscaling", f"scalingPolicy:{uuid.uuid4()}"), lambda ref, properties: {"Arn": ref})
    add_type("AWS::EC2::FlowLog", ["ResourceId", "ResourceType"], unique("fl"), identity)
    add_type("AWS::EC2::EIP", [], unique("eipalloc"), lambda ref, properties: {"AllocationId": ref, "PublicIp": "203.0.113.7"})
    add_type("AWS::EC2::NatGateway", ["SubnetId"], unique("nat"), lambda ref, properties: {"NatGatewayId": ref})
    add_type("AWS::Cognito::ManagedLoginBranding", ["UserPoolId"], lambda properties: str(uuid.uuid4()),
             lambda ref, properties: {"ManagedLoginBrandingId": ref})


def add_security_group_rules():
    for way, kept in (("Ingress", "IpPermissions"), ("Egress", "IpPermissionsEgress")):
        def enter(properties, kept=kept):
            group = ec2._security_groups.get(properties["GroupId"])
            if group is None:
                raise ValueError(f"The security group '{properties['GroupId']}' does not exist")
            group[kept] = group.get(kept, []) + provisioners._ec2_sg_permissions([properties])
            return f"sgr-{uuid.uuid4().hex[:17]}"
        add_type(f"AWS::EC2::SecurityGroup{way}", ["GroupId", "IpProtocol"], enter, lambda ref, properties: {"Id": ref})


def add_vpc_attributes():
    def create(original, logical_id, properties, stack):
        ref, attributes = original(logical_id, properties, stack)
        return ref, {"CidrBlock": properties.get("CidrBlock"), "VpcId": ref, **(attributes or {})}

    wrap("AWS::EC2::VPC", "create", create)


def add_secret_references():
    """Ref of a secret is its ARN, and a password without punctuation has none: the emulator gives its name, and any."""
    names = {}

    def create(original, logical_id, properties, *rest):
        generated = properties.get("GenerateSecretString") or {}
        if generated.get("ExcludePunctuation"):
            excluded = generated.get("ExcludeCharacters", "") + string.punctuation
            properties = {**properties, "GenerateSecretString": {**generated, "ExcludeCharacters": excluded}}
        name, attributes = original(logical_id, properties, *rest)
        names[attributes["Arn"]] = name
        return attributes["Arn"], attributes

    def update(original, ref, *rest):
        _, attributes = original(names.get(ref, ref), *rest)
        return ref, attributes

    wrap("AWS::SecretsManager::Secret", "create", create)
    wrap("AWS::SecretsManager::Secret", "update", update)
    wrap("AWS::SecretsManager::Secret", "delete", lambda original, ref, *rest: original(names.get(ref, ref), *rest))


def add_metric_math():
    """An alarm over metric math is kept by name; no alarm of the emulator goes off anyhow."""
    kept = lambda properties: properties if "Metrics" not in properties else {
        **{key: value for key, value in properties.items() if key != "Metrics"},
        "MetricName": "metric-math", "Namespace": "rehearsal", "Statistic": "Sum", "Period": 60,
    }
    wrap("AWS::CloudWatch::Alarm", "create", lambda original, name, properties, *rest: original(name, kept(properties), *rest))
    wrap("AWS::CloudWatch::Alarm", "update", lambda original, ref, old, new, *rest: original(ref, kept(old), kept(new), *rest))


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


def lead_fetch_here():
    """The emulator leads `https.request` of a function to itself, and leaves `fetch` alone."""
    original = lambda_runtime.execution_credentials
    preload = f"--require {os.environ['REHEARSE_PRELOAD']}"

    def with_preload(config):
        own = config.get("Environment", {}).get("Variables", {}).get("NODE_OPTIONS", "")
        return {**original(config), "NODE_OPTIONS": f"{own} {preload}".strip()}

    lambda_runtime.execution_credentials = with_preload


def name_resources():
    """Which repository, which cluster is asked about: the emulator misreads both, and would refuse whoever is allowed that one alone."""
    original = iam_actions.extract_resource_arn

    def extract(service, method, path, headers, body, *rest):
        found = original(service, method, path, headers, body, *rest)
        if service == "ecr" and found == "*":
            names = json.loads(body or b"{}").get("repositoryNames") or []
            return arn("ecr", f"repository/{names[0]}") if len(names) == 1 else found
        named = re.search(r"/clusters/(arn:[^?]+?)(/[a-z]+-[a-z]+)?$", unquote(path)) if service == "kafka" else None
        return named[1] if named else found

    iam_actions.extract_resource_arn = extract


def end_with_starter():
    """Functions are processes of this one's group: they go with it, also where it is killed."""
    starter = os.getppid()

    def watch():
        while os.getppid() == starter:
            time.sleep(0.5)
        os.killpg(os.getpgrp(), signal.SIGKILL)

    threading.Thread(target=watch, daemon=True).start()
    signal.signal(signal.SIGTERM, lambda *_: os.killpg(os.getpgrp(), signal.SIGKILL))


if __name__ == "__main__":
    for add in (add_msk, add_cache, add_placeholders, add_security_group_rules, add_vpc_attributes, add_secret_references,
                add_metric_math, add_mapping_rules, lead_fetch_here, name_resources, end_with_starter):
        add()
    from ministack import app

    # It would take port 443 of the machine beside its own.
    app._port_is_bindable = lambda *_: False
    app.main()
