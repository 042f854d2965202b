import sagemaker
from sagemaker.transformer import Transformer

bucket = sagemaker.Session().default_bucket()

transformer = Transformer(model_name="beta-dev-churn", instance_count=1, instance_type="ml.m5.xlarge")
transformer.transform(f"s3://{bucket}/churn/batch", content_type="text/csv", wait=False)
