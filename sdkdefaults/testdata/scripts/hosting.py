import sagemaker
from sagemaker.model import Model

IMAGE = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/secureml/alpha/dev:1"
session = sagemaker.Session()

model = Model(
    image_uri=IMAGE,
    model_data=f"s3://{session.default_bucket()}/churn/model.tar.gz",
    sagemaker_session=session,
)
model.deploy(initial_instance_count=1, instance_type="ml.m5.large", wait=False)
