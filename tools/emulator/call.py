"""Makes AWS API calls with the real SDK. One JSON value a line on standard input:

  {"account": "...", "region": "...", "service": "ssm", "operation": "GetParametersByPath", "input": {...}}

and one line on standard output for each: {"output": {...}} or {"error": "..."}. All pages are read. With "check", the input
is held against the SDK's model of the service and nothing is sent. Credentials of an account are those of a role in it.
"""
import json
import sys

import boto3
from botocore import xform_name
from botocore.validate import ParamValidator

clients = {}


def client(account, region, service):
    key = account, region, service
    if key not in clients:
        keys = {}
        if account:
            role = f"arn:aws:iam::{account}:role/OrganizationAccountAccessRole"
            made = boto3.client("sts", region_name=region).assume_role(RoleArn=role, RoleSessionName="check")["Credentials"]
            keys = dict(aws_access_key_id=made["AccessKeyId"], aws_secret_access_key=made["SecretAccessKey"], aws_session_token=made["SessionToken"])
        clients[key] = boto3.client(service, region_name=region, **keys)
    return clients[key]


def answer(call):
    c = client(call.get("account"), call["region"], call["service"])
    given = call.get("input", {})
    if call.get("check"):
        model = c.meta.service_model.operation_model(call["operation"])
        report = ParamValidator().validate(given, model.input_shape)
        if report.has_errors():
            raise ValueError(report.generate_report())
        return {}
    method = xform_name(call["operation"])
    if c.can_paginate(method):
        return c.get_paginator(method).paginate(**given).build_full_result()
    output = getattr(c, method)(**given)
    output.pop("ResponseMetadata", None)
    return output


for line in sys.stdin:
    try:
        result = {"output": answer(json.loads(line))}
    except Exception as e:
        result = {"error": f"{type(e).__name__}: {e}"}
    print(json.dumps(result, default=str), flush=True)
