import sagemaker
from sagemaker.automl.automlv2 import AutoMLDataChannel, AutoMLTabularConfig, AutoMLV2

bucket = sagemaker.Session().default_bucket()

automl = AutoMLV2(AutoMLTabularConfig(target_attribute_name="churned", max_candidates=10))
automl.fit(
    inputs=[AutoMLDataChannel(f"s3://{bucket}/churn/train", "S3Prefix", channel_type="training")],
    wait=False,
)
