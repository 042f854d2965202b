from pathlib import Path
from tempfile import TemporaryDirectory

import sagemaker
from sagemaker.processing import ProcessingInput, ProcessingOutput, ScriptProcessor

IMAGE = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/secureml/alpha/dev:1"
bucket = sagemaker.Session().default_bucket()

with TemporaryDirectory() as folder:
    code = Path(folder) / "prepare.py"
    code.write_text("print('preparing')")
    processor = ScriptProcessor(
        image_uri=IMAGE, command=["python3"], instance_count=1, instance_type="ml.m5.xlarge"
    )
    processor.run(
        code=str(code),
        inputs=[ProcessingInput(source=f"s3://{bucket}/churn/raw", destination="/opt/ml/processing/in")],
        outputs=[ProcessingOutput(source="/opt/ml/processing/out")],
        wait=False,
    )
