"""How the emulator is given a type of CloudFormation resource that it lacks, or made to treat one as AWS does."""
from ministack.core.responses import get_account_id, get_region
from ministack.services.cloudformation import provisioners

HANDLERS = provisioners._RESOURCE_HANDLERS


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
