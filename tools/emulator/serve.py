"""Serves moto, an emulator of AWS, on a free loopback port until standard input ends.

Moto takes every request for the truth, checks nothing that AWS would check, and creates only some of the types of a
template. Where it fails on what CloudFormation accepts, it is amended here. An amendment makes the emulator get on; none
makes it look safer than it is. Each names what CloudFormation does, and goes once moto does the same.
"""
import os
import sys
import threading

from moto.cloudformation import parsing
from moto.cloudformation.exceptions import CloudFormationError
from moto.cloudformation.models import Stack
from moto.cloudformation.responses import CloudFormationResponse
from moto.core.responses import ActionResult, EmptyResult
from moto.ec2.models.security_groups import SecurityGroupIngress
from moto.ec2.models.vpcs import VPCEndPoint
from moto.kms.models import Key
from moto.server import main
from moto.ssm.models import Parameter

# Types that moto knows but cannot create as AWS does: they are skipped, as those are that it does not know.
LEFT_OUT = [
    "AWS::ElasticLoadBalancingV2::Listener",  # refuses the protocol TLS of a network load balancer
]


def amend(model, change):
    """Changes the properties before the model reads them."""
    create = model.create_from_cloudformation_json.__func__

    def amended(cls, name, resource, *args, **kwargs):
        properties = dict(resource["Properties"])
        change(properties)
        return create(cls, name, {**resource, "Properties": properties}, *args, **kwargs)

    model.create_from_cloudformation_json = classmethod(amended)


def key_tags(properties):
    """A key's tags are Key and Value in templates, TagKey and TagValue in the API."""
    properties["Tags"] = [{"TagKey": t["Key"], "TagValue": t["Value"]} for t in properties.get("Tags", [])]


def parameter_tags(properties):
    """A parameter's tags are a map in templates, a list in the API."""
    properties["Tags"] = [{"Key": k, "Value": v} for k, v in properties.get("Tags", {}).items()]


def no_ports(properties):
    """Protocols without ports, such as 50 (ESP), need none."""
    properties.setdefault("FromPort", -1)
    properties.setdefault("ToPort", -1)


def dns_entries(self, attribute):
    """Fn::GetAtt DnsEntries is a list of hosted zone and name, joined by a colon."""
    if attribute != "DnsEntries":
        raise KeyError(attribute)
    return [entry["hosted_zone_id"] + ":" + entry["dns_name"] for entry in self.dns_entries]


def defaults(stack):
    return {name: slot.get("Default") for name, slot in stack.resource_map._template.get("Parameters", {}).items()}


def stack_parameters(self):
    """The value of a parameter that is looked up by name is the name; moto would look the value up as a name."""
    values = dict(self.resource_map.resolved_parameters)
    for name, slot in self.resource_map._template.get("Parameters", {}).items():
        if slot["Type"].startswith("AWS::SSM::Parameter::"):
            values[name] = self.parameters.get(name, slot.get("Default"))
    return values


def has_parameters(self, others):
    """A parameter with its default value has not changed."""
    return {**defaults(self), **self.parameters} == {**defaults(self), **others}


class ChangeSetNotFound(CloudFormationError):
    """What AWS answers about a change set that is gone; moto says that the stack is."""

    code = "ChangeSetNotFound"


def find_change_set(response):
    """The name of a change set is the stack's own; moto would take one of the same name from another stack."""
    name, stack = response._get_param("ChangeSetName"), response._get_param("StackName")
    for arn, change_set in response.cloudformation_backend.change_sets.items():
        if arn == name or change_set.change_set_name == name and stack in (change_set.stack_name, change_set.stack_id):
            return arn, change_set
    raise ChangeSetNotFound(f"ChangeSet [{name}] does not exist")


def describe_change_set(self):
    return ActionResult(find_change_set(self)[1])


def delete_change_set(self):
    """Deleting a change set that is gone succeeds."""
    try:
        self.cloudformation_backend.delete_change_set(find_change_set(self)[0])
    except ChangeSetNotFound:
        pass
    return EmptyResult()


def execute_change_set(self):
    self.cloudformation_backend.execute_change_set(find_change_set(self)[0])
    return EmptyResult()


def stop_with_standard_input():
    sys.stdin.read()
    os._exit(0)


amend(Key, key_tags)
amend(Parameter, parameter_tags)
amend(SecurityGroupIngress, no_ports)
VPCEndPoint.get_cfn_attribute = dns_entries
VPCEndPoint.has_cfn_attr = classmethod(lambda cls, attribute: attribute == "DnsEntries")
Stack.stack_parameters = property(stack_parameters)
Stack.has_parameters = has_parameters
CloudFormationResponse.describe_change_set = describe_change_set
CloudFormationResponse.delete_change_set = delete_change_set
CloudFormationResponse.execute_change_set = execute_change_set
for name in LEFT_OUT:
    del parsing.get_model_map()[name]

if __name__ == "__main__":
    threading.Thread(target=stop_with_standard_input, daemon=True).start()
    main(["--host", "localhost", "--port", "0"])
