"""Runs scripts one after another, each in a process of its own that shares what the SDK imports.

Every script has its own folder of the endpoint's address, by which the calls are told apart.
"""

import os
import runpy
import sys

import sagemaker  # noqa: F401  imported once, because it takes seconds
import sagemaker.model_monitor  # noqa: F401
import sagemaker.workflow.pipeline  # noqa: F401

failed = False
for script in sys.argv[1:]:
    name = os.path.splitext(os.path.basename(script))[0]
    child = os.fork()
    if child == 0:
        os.environ["AWS_ENDPOINT_URL"] = os.environ["RECORDER"] + "/" + name
        try:
            runpy.run_path(script, run_name="__main__")
        except Exception as error:
            print(f"FAILED {name}: {type(error).__name__}: {error}".replace("\n", " "), flush=True)
            os._exit(1)
        os._exit(0)
    failed |= os.waitpid(child, 0)[1] != 0
sys.exit(failed)
