"""Starts MiniStack (MIT, pinned in python-tools.ts) with what the templates of this project need and it lacks.

It changes no file of the package. What it adds, and how true that is:

- MSK clusters, configurations and topics. A topic is made on the real broker, as MSK does it on a provisioned cluster.
- A serverless cache, and the user of a cache: the user is made in the real Redis, with the access string of the template.
- Placeholders, which hold a name and do nothing: scaling of services, flow logs, branding of the sign-in, addresses, NAT.
- Rules of AWS that are documented and that the emulator does not know: an event source mapping of MSK that Lambda would refuse.
- Functions reach AWS by `fetch` too, not by the SDK alone: their requests to *.amazonaws.com come here.

It ends, with the functions that it started, as soon as the program that started it is gone.
"""
import json
import os
import re
import signal
import string
import threading
import time
import uuid
from urllib.parse import unquote

from ministack.core import iam_actions, lambda_runtime
from ministack.services import ec2
from ministack.services.cloudformation import drift, provisioners
from real_services import add_cache, add_mapping_rules, add_msk
from resource_types import add_type, arn, wrap

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
    read, compared = drift._DRIFT_READERS["AWS::SecretsManager::Secret"]
    by_name = lambda ref, properties: read(names.get(ref, ref), properties)
    drift._DRIFT_READERS["AWS::SecretsManager::Secret"] = (by_name, compared)


def add_metric_math():
    """An alarm over metric math is kept by name; no alarm of the emulator goes off anyhow."""
    kept = lambda properties: properties if "Metrics" not in properties else {
        **{key: value for key, value in properties.items() if key != "Metrics"},
        "MetricName": "metric-math", "Namespace": "rehearsal", "Statistic": "Sum", "Period": 60,
    }
    wrap("AWS::CloudWatch::Alarm", "create", lambda original, name, properties, *rest: original(name, kept(properties), *rest))
    wrap("AWS::CloudWatch::Alarm", "update", lambda original, ref, old, new, *rest: original(ref, kept(old), kept(new), *rest))


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
