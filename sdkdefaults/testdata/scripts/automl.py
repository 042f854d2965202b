import sagemaker
from sagemaker.automl.automl import AutoML

bucket = sagemaker.Session().default_bucket()

automl = AutoML(target_attribute_name="churned", max_candidates=10)
automl.fit(inputs=f"s3://{bucket}/churn/train", wait=False)
