"""Runs inside the VPC, in a processing job with the role of a data scientist's notebook, and does what a notebook would.

The code that calls drive sets REGION, PAUSE (seconds between looks) and MESSAGE (the file that becomes the job's message).
"""
import json
import os
import time

import boto3
from botocore import xform_name

GAVE_UP = ("Failed", "Stopped", "RollingBack", "OutOfService")


def call(step):
    return getattr(boto3.client(step["service"], region_name=REGION), xform_name(step["operation"]))(**step["input"])


def take(step):
    """Makes the call and waits until what it made is as wanted; says what went wrong."""
    try:
        call(step)
        while step.get("wait"):
            answer = call(step["wait"])
            state = answer[step["state"]]
            if state == step["want"]:
                break
            if state in GAVE_UP:
                return f"{state}: {answer.get('FailureReason', '')}"
            time.sleep(PAUSE)
    except Exception as e:
        if step.get("refused"):
            return "" if "AccessDenied" in str(e) else f"refused for another reason: {e}"
        return f"{type(e).__name__}: {e}"
    return "was allowed" if step.get("refused") else ""


def drive(steps, leftovers):
    results, broken = [], False
    for step in steps:
        if broken and not step.get("refused"):
            results.append([step["name"], "not tried"])
            continue
        wrong = take(step)
        broken = broken or bool(wrong) and not step.get("refused")
        print(step["name"], wrong or "ok", flush=True)
        results.append([step["name"], wrong])
    for step in leftovers:
        wrong = take(step)
        if wrong and not broken:
            results.append([step["name"], wrong])
    # SageMaker keeps 1,024 characters of the message; the log has all.
    room = (1000 - sum(len(name) + 8 for name, _ in results)) // len(results)
    results = [[name, wrong[:room]] for name, wrong in results]
    os.makedirs(os.path.dirname(MESSAGE), exist_ok=True)
    with open(MESSAGE, "w") as f:
        json.dump(results, f, separators=(",", ":"))
