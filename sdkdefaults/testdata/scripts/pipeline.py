import sagemaker
from sagemaker.estimator import Estimator
from sagemaker.inputs import TrainingInput
from sagemaker.workflow.pipeline import Pipeline
from sagemaker.workflow.pipeline_context import PipelineSession
from sagemaker.workflow.steps import TrainingStep

IMAGE = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/secureml/alpha/dev:1"
bucket = sagemaker.Session().default_bucket()

estimator = Estimator(
    image_uri=IMAGE,
    instance_count=1,
    instance_type="ml.m5.xlarge",
    sagemaker_session=PipelineSession(),
)
train = TrainingStep(
    name="Train",
    step_args=estimator.fit({"train": TrainingInput(f"s3://{bucket}/churn/train")}),
)
Pipeline(name="churn", steps=[train]).upsert()
