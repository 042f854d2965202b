# An instance type that encrypts its storage itself and takes no volume key.
import sagemaker
from sagemaker.estimator import Estimator

IMAGE = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/secureml/alpha/dev:1"
bucket = sagemaker.Session().default_bucket()

estimator = Estimator(image_uri=IMAGE, instance_count=1, instance_type="ml.g5.xlarge", max_run=12 * 3600)
estimator.fit({"train": f"s3://{bucket}/churn/train"}, wait=False)
