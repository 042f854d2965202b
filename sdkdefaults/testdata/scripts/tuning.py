import sagemaker
from sagemaker.estimator import Estimator
from sagemaker.tuner import ContinuousParameter, HyperparameterTuner

IMAGE = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/secureml/alpha/dev:1"
bucket = sagemaker.Session().default_bucket()

tuner = HyperparameterTuner(
    Estimator(image_uri=IMAGE, instance_count=1, instance_type="ml.m5.xlarge"),
    objective_metric_name="auc",
    metric_definitions=[{"Name": "auc", "Regex": "auc=([0-9.]+)"}],
    hyperparameter_ranges={"eta": ContinuousParameter(0.1, 0.5)},
    max_jobs=4,
)
tuner.fit({"train": f"s3://{bucket}/churn/train"}, wait=False)
